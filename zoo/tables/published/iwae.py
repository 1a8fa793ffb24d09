"""Burda et al. 2016, tables 1 and 2.

With k samples of z for each image the VAE's bound is the mean of their log weights (with the KL term in closed form),
the IWAE's the log of their mean weight.
"""

from zoo.tables.judge_by_importance_sampling import judge_by_importance_sampling
from zoo.tables.table import Row, Table


def _rows(data, vae, iwae):
    shape = {"latent_dim": 50, "units": [200, 200]}
    for k, (nll, units) in vae.items():
        published = {"nll": nll, "active_units": units}
        yield Row(f"VAE, k = {k}", "vae", shape | {"samples": k}, data, published)
    for k, (nll, units) in iwae.items():
        published = {"nll": nll, "active_units": units}
        chosen = {"gradient_samples": 5} if k > 5 else {}
        yield Row(f"IWAE, k = {k}", "iwae", shape | {"k": k} | chosen, data, published)


def _of_two_layers(data, published):
    for k, (nll, lower, upper) in published.items():
        chosen = {"gradient_samples": 5} if k > 5 else {}
        figures = {"nll": nll, "active_units": lower + upper}
        # A tenth of the other rows' epochs: k = 50 takes an hour for thirty.
        yield Row(f"IWAE of two layers, k = {k}", "iwae_2", {"k": k} | chosen, data, figures, epochs=0.1)


def _at_equal_epochs():
    rows = [
        *_rows("mnist", {1: (86.76, 19), 5: (86.47, 20), 50: (86.35, 20)}, {5: (85.54, 22), 50: (84.78, 25)}),
        *_rows("mnist_static", {1: (88.71, 19), 5: (88.83, 19), 50: (89.05, 20)}, {5: (87.63, 22), 50: (87.10, 24)}),
    ]
    rows += _of_two_layers("mnist", {1: (85.33, 16, 5), 5: (83.89, 21, 5), 50: (82.90, 26, 7)})
    # The cheapest first.
    models = ("iwae", "vae", "iwae_2")
    return sorted(rows, key=lambda row: (row.arguments.get("k", row.arguments.get("samples")), models.index(row.model)))


def _longer():
    """What the two ends of the table come to in about one hour and two: k = 50 goes on from k = 1, as in table 2."""
    rows = {row.label: row for row in _at_equal_epochs() if row.data == "mnist"}
    first = rows["VAE, k = 1"]._replace(label="VAE, k = 1, longer", published_as="VAE, k = 1", epochs=15.0)
    yield first
    yield rows["IWAE, k = 50"]._replace(
        label=f"{first.label}, then IWAE, k = 50",
        published={"nll": 84.88, "active_units": 22},
        published_as="VAE, k = 1, then IWAE, k = 50",
        training={"learning_rate": 2e-3},
        epochs=3.5,
        start_from=first.label,
    )


TABLE = Table(
    title="Importance weighted autoencoders: one and two stochastic layers",
    paper="Burda et al. 2016, Importance Weighted Autoencoders, tables 1 and 2. Nats of test images: lower is better.",
    deviations=(
        "The networks are the paper's, but for the scales, a softplus where the paper has an exponential; batches are "
        "of 100 and the first learning rate is 3e-3, or 2e-3 where a row begins with another's weights; the paper has "
        "batches of 20, 1e-3, an epsilon of 1e-4 in Adam where ours is 1e-7, and 3280 epochs in eight stages.",
        "The gradient of the IWAE with k = 50 is that of 5 samples, chosen by their weights (section 3 of the paper; "
        "it is without bias), where the paper has that of all 50.",
        "An active unit is one whose posterior mean has a variance above 0.01 over the test images; of two layers "
        "those of both are counted together.",
        "The test images of mnist are binarized by one fixed draw; mnist_static is Larochelle's. The two aren't "
        "compared.",
    ),
    why=(
        "The paper trains for 3280 epochs. After fewer the order may be another: on static MNIST its VAE is worse the "
        "larger k is."
    ),
    samples=5000,
    columns=(
        ("-log p(x)", "nll", ".2f"),
        ("active units", "active_units", "d"),
        ("-ELBO", "nelbo", ".2f"),
        ("images with an effective sample size below 10", "collapsed", "d"),
    ),
    rows=(*_at_equal_epochs(), *_longer()),
    judge=judge_by_importance_sampling,
)
