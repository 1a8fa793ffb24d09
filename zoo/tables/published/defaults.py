"""The defaults: `zoo train --data ...` on each set, with no other option."""

from zoo.tables.judge_beside_baselines import judge_beside_baselines
from zoo.tables.table import Row, Table

#: A figure of a plain VAE, where the set and its protocol have one.
PUBLISHED = {
    "digits": {},
    "frey_faces": {"bits_per_dim": 4.63},
    "caltech_silhouettes": {"nll": 123.43},
    "patches_8": {},
    "patches_32": {},
    "mnist": {"nll": 84.50},
    "fashion_mnist": {},
    "omniglot": {},
    "cifar10": {"bits_per_dim": 4.51},
}
#: The sets of three seeds, whose rows README quotes.
THRICE = ("digits", "frey_faces")


def _rows():
    for data, published in PUBLISHED.items():
        yield Row("defaults", None, {}, data, published)
        for seed in (1, 2) if data in THRICE else ():
            yield Row(f"defaults, seed {seed}", None, {}, data, published, training={"seed": seed})


TABLE = Table(
    title="The defaults: zoo train with no option but --data",
    paper=(
        "No paper has these: the published figures are of a VAE with N(0, I) for its prior, where a set has one. "
        "MNIST, Caltech silhouettes and Frey faces: Tomczak and Welling 2018, VAE with a VampPrior, table 1. CIFAR-10: "
        "van den Oord et al. 2017, Neural Discrete Representation Learning, section 4.1. Lower is better."
    ),
    deviations=(
        "OMNIGLOT has a split of our own, by drawer, beside which no figure is published.",
        "The patches are of the photographs that ship with scikit-learn, divided by region.",
        "Baselines are fitted to the same training images and judged on the same test images.",
    ),
    why="Less is better.",
    samples=500,
    columns=(
        ("model", "model", "s"),
        ("-log p(x)", "nll", ".2f"),
        ("bits/dim", "bits_per_dim", ".3f"),
        ("the best baseline", "baseline", "s"),
        ("its -log p(x)", "baseline_nll", ".2f"),
        ("its bits/dim", "baseline_bits_per_dim", ".3f"),
        ("nats above it", "gain", ".2f"),
    ),
    rows=tuple(_rows()),
    judge=judge_beside_baselines,
    compared=("nll", "bits_per_dim"),
    limit=2000,
    pictures=lambda row: ("samples.png", "reconstructions.png"),
)
