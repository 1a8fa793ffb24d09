"""Gulrajani et al. 2017, table 1, and Chen et al. 2017, table 1."""

from zoo.tables.judge_by_importance_sampling import judge_by_importance_sampling
from zoo.tables.table import Row, Table

PIXEL, LOSSY = "Gulrajani et al. 2017", "Chen et al. 2017"


def _rows():
    shared = {"latent_dim": 32}
    yield Row(
        "convolutional VAE",
        "conv_vae",
        shared,
        "mnist_static",
        {"nelbo": 87.41},
        "a larger one, its bound",
        source=PIXEL,
    )
    yield Row(
        "PixelVAE",
        "pixel_vae",
        shared,
        "mnist_static",
        {"nll": 79.02, "nelbo": 79.66},
        "gated, without upsampling",
        source=PIXEL,
    )
    yield Row(
        "lossy VAE, 2 rows and columns",
        "lossy_vae",
        shared | {"field": 2},
        "mnist_static",
        {"nll": 79.03},
        "VLAE, with autoregressive flows",
        source=LOSSY,
    )
    yield Row("lossy VAE, 6 rows and columns", "lossy_vae", shared | {"field": 6}, "mnist_static", {})


TABLE = Table(
    title="A decoder that sees pixels: how much is left for z",
    paper=(
        "Gulrajani et al. 2017, PixelVAE: A Latent Variable Model for Natural Images, and Chen et al. 2017, "
        "Variational Lossy Autoencoder: binarized MNIST. Nats of test images: lower is better. The KL term is what "
        "comes through z, of which neither has a figure here."
    ),
    deviations=(
        "The networks are small ones: two convolutions each way, and 16 feature maps over the pixels.",
        "The prior of the lossy VAE is a flow of four affine couplings, where the paper's is autoregressive; its "
        "posterior is a Gaussian, where the paper's is an inverse autoregressive flow.",
        "No free bits, where the lossy autoencoder's paper has 0.01 nats for each dimension.",
        "The pixel network without z, of which Gulrajani et al. publish 80.10, isn't among the rows: it has no z.",
    ),
    why=(
        "The papers' networks are larger and trained for longer. A pixel that sees more of those before it needs less "
        "of z, and the KL term is the smaller the larger the field is."
    ),
    samples=1000,
    columns=(
        ("-log p(x)", "nll", ".2f"),
        ("-ELBO", "nelbo", ".2f"),
        ("KL", "kl", ".2f"),
        ("active units", "active_units", "d"),
    ),
    rows=tuple(_rows()),
    judge=judge_by_importance_sampling,
)
