"""Kingma and Welling 2014, figure 2."""

from zoo.tables.judge_by_importance_sampling import judge_by_importance_sampling
from zoo.tables.table import Row, Table

PUBLISHED = {2: None, 3: 141.3, 5: 124.4, 10: 107.6, 20: 100.6, 200: 99.2}


def pictures(row):
    """Sheets of samples, as in the paper's figure 5, and for two dimensions the manifold of its figure 4."""
    return {2: ("samples.png", "latents.png"), 3: (), 200: ()}.get(row.arguments["latent_dim"], ("samples.png",))


TABLE = Table(
    title="How large a code: Kingma & Welling's VAE with 2 to 200 latent dimensions",
    paper=(
        "Kingma and Welling 2014, Auto-Encoding Variational Bayes, figure 2, which has curves only. The published "
        "figures are those of an independent rerun: 300 epochs, three seeds. Nats of test images: lower is better."
    ),
    deviations=(
        "One hidden layer of 500 tanh units each way, as in the paper; Adam and batches of 100 for its Adagrad.",
        "Pixels are binarized once, by one draw for the whole run, as in the rerun; the draw is our own.",
        "No prior on the weights.",
    ),
    why="Less is better. The rerun trains for 300 epochs, has a constant learning rate, and binarized by another draw.",
    samples=1000,
    columns=(
        ("-ELBO", "nelbo", ".2f"),
        ("-log p(x)", "nll", ".2f"),
        ("active units", "active_units", "d"),
        ("images with an effective sample size below 10", "collapsed", "d"),
    ),
    rows=tuple(
        Row(
            f"{size} latent dimensions",
            "vae",
            {"latent_dim": size},
            "mnist",
            {} if nelbo is None else {"nelbo": nelbo},
            training={"learning_rate": 2e-3},
            binarization="static",
        )
        for size, nelbo in PUBLISHED.items()
    ),
    judge=judge_by_importance_sampling,
    pictures=pictures,
)
