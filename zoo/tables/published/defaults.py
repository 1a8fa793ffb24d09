"""The defaults: `zoo train --data ...` on each set, with no other option."""

from zoo.tables.judge_beside_baselines import judge_beside_baselines
from zoo.tables.table import Row, Table

#: Where there is none.
NOTHING = {}, "", ""
GATED = "VAE with gated 300-300 networks", "Tomczak and Welling 2018"
#: A figure of a plain VAE, where the set and its protocol have one, what that is, and whose.
PUBLISHED = {
    "digits": NOTHING,
    "frey_faces": ({"bits_per_dim": 4.63}, *GATED),
    "caltech_silhouettes": ({"nll": 123.43}, *GATED),
    "patches_8": NOTHING,
    "patches_32": NOTHING,
    "mnist": ({"nll": 84.50}, *GATED),
    "fashion_mnist": NOTHING,
    "omniglot": NOTHING,
    "cifar10": ({"bits_per_dim": 4.51}, "VAE", "van den Oord et al. 2017"),
}
#: The sets of three seeds, whose rows README quotes.
THRICE = ("digits", "frey_faces")
#: The IAF paper's residual VAE, beside the default: as far as some three hours bring it.
RESIDUAL = Row(
    "ResNet VAE with IAF",
    "resnet_vae",
    {"levels": [2, 1]},
    "cifar10",
    {"bits_per_dim": 3.11},
    "the paper's largest",
    {"batch_size": 64, "clip_norm": 1000.0, "ema": 0.999},
    by_the_data=True,
    source="Kingma et al. 2016",
    limit=40,
)


def _rows():
    for data, (figures, kind, source) in PUBLISHED.items():
        row = Row("defaults", None, {}, data, figures, kind, by_the_data=True, source=source)
        yield row
        for seed in (1, 2) if data in THRICE else ():
            yield row._replace(label=f"defaults, seed {seed}", training={"seed": seed})
    yield RESIDUAL


TABLE = Table(
    title="The defaults: zoo train with no option but --data",
    paper=(
        "No paper has these: beside the defaults stand figures of a VAE with N(0, I) for its prior, where a set has "
        "one. MNIST, Caltech silhouettes and Frey faces: Tomczak and Welling 2018, VAE with a VampPrior, table 1. "
        "CIFAR-10: van den Oord et al. 2017, Neural Discrete Representation Learning, section 4.1. The last row is a "
        "small one of Kingma et al. 2016, Improving Variational Inference with Inverse Autoregressive Flow, beside "
        "that paper's best. Lower is better."
    ),
    deviations=(
        "OMNIGLOT has a split of our own, by drawer, beside which no figure is published.",
        "The patches are of the photographs that ship with scikit-learn, divided by region.",
        "The last row says what it is given; the others are given nothing but the data and the seed.",
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
    pictures=lambda row: ("samples.png", "reconstructions.png", *(("curves.png",) if row.model else ())),
)
