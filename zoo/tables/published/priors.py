"""Tomczak and Welling 2018, table 1."""

from zoo.tables.judge_by_importance_sampling import judge_by_importance_sampling
from zoo.tables.table import Row, Table

RATE = {"learning_rate": 2e-3}


def _at_equal_epochs():
    paper = "VAE with gated 300-300 networks"
    for data, nll in (("mnist", 84.50), ("mnist_static", 88.56)):
        yield Row("standard normal", "conv_vae", {}, data, {"nll": nll}, paper, training=RATE)
        yield Row("mixture", "mixture_vae", {}, data, {}, training=RATE)
        yield Row("mixture, IAF posterior", "iaf_mixture_vae", {}, data, {}, training=RATE)


def _longer():
    """What the mixture and the flow come to in two hours."""
    label = "mixture, IAF posterior, residual networks, longer"
    yield Row(label, "iaf_vae", {"components": 10}, "mnist", {}, training=RATE | {"clip_norm": 200.0}, epochs=2.7)


TABLE = Table(
    title="The prior: a standard normal against a trained mixture of Gaussians",
    paper=(
        "Tomczak and Welling 2018, VAE with a VampPrior, table 1 (standard normal). A mixture of Gaussians has no "
        "published row; the paper's figure puts it between the standard normal and the VampPrior, which has 82.38 and "
        "85.57 nats on mnist and mnist_static. Nats of test images: lower is better."
    ),
    deviations=(
        "Convolutional networks where the paper's row has gated fully connected ones of 300-300, and 32 latent "
        "dimensions where it has 40; the mixture has 10 components.",
        "The row trained for longer has the residual convolutional networks of the IAF paper: no row of either paper "
        "is like it.",
        "The paper trains for up to 2000 epochs with early stopping and warm-up, at a rate of 5e-4 and with each "
        "gradient scaled to a norm of 1, and judges by 5000 samples.",
    ),
    why="The networks are others, and the paper trains for up to 2000 epochs.",
    samples=1000,
    columns=(
        ("-log p(x)", "nll", ".2f"),
        ("-ELBO", "nelbo", ".2f"),
        ("components used", "components_used", "d"),
        ("images with an effective sample size below 10", "collapsed", "d"),
    ),
    rows=(*_at_equal_epochs(), *_longer()),
    judge=judge_by_importance_sampling,
)
