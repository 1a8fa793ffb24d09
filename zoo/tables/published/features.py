"""Features of autoencoders, beside Rifai et al. 2011, table 1."""

from zoo.tables.judge_by_linear_probe import judge_by_linear_probe
from zoo.tables.table import Row, Table

LAYER = {"latent_dim": 1000, "binary": True}
TRAINING = {"learning_rate": 1e-3, "start_at_mean": False}


def judge(run, samples, limit, console):
    """The linear probe's error, and how much less that is than the plain autoencoder's on the same images."""
    return judge_by_linear_probe(run, limit, console, beside=run.folder.parent / TABLE.rows[0].name)


def row(label, model, published=None, **arguments):
    """A row of one layer of 1000 units on MNIST, beside the fine-tuned classifier's error, if any."""
    figures = {} if published is None else {"error": published}
    kind = "" if published is None else "a classifier, fine-tuned"
    return Row(label, model, LAYER | arguments, "mnist", figures, kind, TRAINING)


TABLE = Table(
    title="Features: what a linear probe reads in the codes of autoencoders",
    paper=(
        "Rifai et al. 2011, Contractive Auto-Encoders: Explicit Invariance During Feature Extraction, table 1: one "
        "layer of 1000 units on MNIST. The published figures are of classifiers that begin as such a layer and are "
        "trained whole. Test error in per cent: lower is better."
    ),
    deviations=(
        "The code is as training without labels leaves it: a logistic regression on the standardized codes of all "
        "training images says what is in it, where the paper trains all weights with labels.",
        "All rows have one layer of 1000 units, the same weights both ways, the cross-entropy and as many epochs; the "
        "units are sigmoids, but of the sparse autoencoder by the L1 norm, whose code is rectified.",
        "Noise, weights and rates are the models' own defaults; the paper chooses each on validation images.",
        "Errors are binomial; the gain on the plain autoencoder has that of pairs, image by image.",
    ),
    why="Ours is a linear probe of a code that has seen no labels.",
    columns=(
        ("error, %", "error", ".2f"),
        ("less than the autoencoder's by, %", "gain", ".2f"),
        ("mean activation", "activation", ".3f"),
        ("loss of reconstructions, nats", "loss", ".1f"),
    ),
    rows=(
        row("autoencoder", "contractive_autoencoder", 1.78, weight=None),
        row("sparse, L1 norm", "sparse_autoencoder"),
        row("sparse, rate of 0.1", "sparse_autoencoder", rate=0.1),
        row("denoising, a quarter masked", "denoising_autoencoder", 1.57),
        row("denoising, Gaussian noise", "denoising_autoencoder", 1.18, scale=0.3),
        row("contractive", "contractive_autoencoder", 1.14),
    ),
    judge=judge,
)
