"""Regularized autoencoders as generators, beside Ghosh et al. 2020, table 1."""

from zoo.tables.judge_by_frechet_distance import judge_by_frechet_distance
from zoo.tables.table import Row, Table

NETWORKS = {"latent_dim": 16, "filters": [32, 64]}
TRAINING = {"learning_rate": 1e-3, "start_at_mean": False}


def row(label, model, published, **arguments):
    """A row on MNIST, beside the paper's distances of reconstructions, of N(0, I) and of the mixture."""
    figures = dict(zip(("reconstruction", "normal", "mixture"), published, strict=True))
    kind = "by Inception's features"
    return Row(label, model, NETWORKS | arguments, "mnist", figures, kind, TRAINING)


TABLE = Table(
    title="Autoencoders as generators: samples from N(0, I) and from a mixture that is fitted to the codes",
    paper=(
        "Ghosh et al. 2020, From Variational to Deterministic Autoencoders, table 1: Frechet distances to MNIST's test "
        "images. Lower is better. The published figures are by Inception's features, ours by those of a classifier of "
        "our own: only the order within a row, and that of the rows, can be compared."
    ),
    deviations=(
        "All rows have the same two convolutions each way and 16 numbers for a code; the paper's networks are larger.",
        "The features are the 64 of a small classifier that was trained on MNIST.",
        "The mixture has ten Gaussians and is fitted to the training images' codes, for the VAE to draws from its "
        "posterior.",
        "RAE-GP's Jacobian is estimated by one random projection; RAE-SN cuts each kernel's spectral norm to 1 after "
        "each step, where the paper divides by it. Weights of penalties are the model's defaults, or said in the row.",
        "The VAE has a Gaussian of one fixed scale for its pixels, which sets what the KL term counts for.",
    ),
    why="Our features are others than Inception's.",
    columns=(
        ("reconstructions", "reconstruction", ".2f"),
        ("samples from N(0, I)", "normal", ".2f"),
        ("samples from the mixture", "mixture", ".2f"),
    ),
    rows=(
        row("AE", "autoencoder", (12.95, 58.73, 10.66)),
        row("VAE", "conv_vae", (18.26, 19.21, 17.66), likelihood="gaussian", **{"likelihood.scale": 0.3}),
        row("RAE-L2", "regularized_autoencoder", (10.53, 22.22, 8.69)),
        row("RAE-GP", "regularized_autoencoder", (14.04, 22.21, 11.54), decoder_weight=None, slope_weight=0.01),
        row("WAE, by MMD", "wae_mmd", (10.03, 20.42, 9.39)),
        Row("WAE, by a rival", "wae_gan", NETWORKS, "mnist", {}, training=TRAINING),
        row("RAE-SN", "regularized_autoencoder", (15.65, 19.67, 11.74), decoder_weight=None, limit=1.0),
    ),
    judge=judge_by_frechet_distance,
    compared=("reconstruction", "normal", "mixture"),
)
