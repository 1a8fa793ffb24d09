"""Tomczak and Welling 2018, table 1, and Norouzi et al. 2020: priors under one pair of gated networks."""

from zoo.tables.judge_by_importance_sampling import judge_by_importance_sampling
from zoo.tables.table import Row, Table

TRAINING = {"learning_rate": 1e-3}
#: -log p(x) by prior, on dynamically and on statically binarized MNIST.
PUBLISHED = {"mnist": (84.50, 82.38), "mnist_static": (88.56, 85.57)}


def _rows():
    for data, (normal, vamp) in PUBLISHED.items():
        for label, model, arguments, figures in (
            ("standard normal", "vamp_vae", {"components": None, "gated": True}, {"nll": normal}),
            ("mixture", "mixture_vae", {"latent_dim": 40, "components": 500, "gated_units": [300, 300]}, {}),
            ("VampPrior", "vamp_vae", {"gated": True}, {"nll": vamp}),
            ("autoregressive flow", "flow_prior_vae", {}, {}),
            ("spline flow", "flow_prior_vae", {"bins": 8}, {}),
        ):
            yield Row(label, model, arguments, data, figures, training=TRAINING)
        exemplar = {"nll": 82.09} if data == "mnist" else {}
        kind = "more exemplars, left out for themselves" if exemplar else ""
        source = "Norouzi et al. 2020" if exemplar else ""
        yield Row("exemplars", "exemplar_vae", {}, data, exemplar, kind, TRAINING, source=source)


TABLE = Table(
    title="The prior: six of them under the VampPrior paper's networks",
    paper=(
        "Tomczak and Welling 2018, VAE with a VampPrior, table 1 (standard normal, VampPrior); the exemplar prior's "
        "figure is of Norouzi et al. 2020, Exemplar VAE. Flows and a mixture of Gaussians have no published row with "
        "these networks. Nats of test images: lower is better."
    ),
    deviations=(
        "The paper's networks, 784-300-300-40 and back with gates, and 500 pseudo-inputs, components or exemplars.",
        "The paper trains for up to 2000 epochs with early stopping and warm-up, at a rate of 5e-4 and with each "
        "gradient scaled to a norm of 1, and judges by 5000 samples.",
        "The exemplar prior has 500 training images for exemplars, and an image's own component counts in training, "
        "where the paper leaves it out and draws on all of them.",
    ),
    why="The paper trains for up to 2000 epochs.",
    samples=1000,
    columns=(
        ("-log p(x)", "nll", ".2f"),
        ("-ELBO", "nelbo", ".2f"),
        ("components used", "components_used", "d"),
        ("images with an effective sample size below 10", "collapsed", "d"),
    ),
    rows=tuple(_rows()),
    judge=judge_by_importance_sampling,
)
