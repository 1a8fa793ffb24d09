"""The Wasserstein autoencoder, by MMD: no noise, and codes that are together as draws of N(0, I).

It samples as it is, without a second stage, and has no density of images.

Published, Frechet distances on CelebA by Inception's features: WAE-MMD 55, the VAE 63. On MNIST, in a later paper's
table, of reconstructions, of samples from N(0, I) and from a mixture of ten Gaussians: WAE 10.03, 20.42, 9.39; the VAE
18.26, 19.21, 17.66.

Tolstikhin et al. 2018, "Wasserstein Auto-Encoders", algorithm 2; Ghosh et al. 2020, "From Variational to Deterministic
Autoencoders", table 1, for MNIST.
"""

import keras

from zoo.autoencoder import Autoencoder, squared_error
from zoo.data.pixels import UNIT
from zoo.networks.conv import conv_decoder, conv_encoder
from zoo.networks.shapes import check_sizes
from zoo.penalties.mmd_to_prior import MMDToPrior
from zoo.priors.standard_normal import StandardNormal

GROUP = "autoencoders"


def build(image_shape, latent_dim=8, weight=10.0, filters=(32, 64), range=UNIT):
    """x -> convolutions -> z -> transposed convolutions -> y, |x - y|^2 + weight MMD^2(q(z), N(0, I)).

    Args:
        image_shape: (height, width, channels).
        latent_dim: the size of the code z.
        weight: what the discrepancy counts for, lambda in the paper, which has 10 on MNIST.
        filters: the feature maps of each convolution, from the image to z.
        range: (low, high) that the images lie in; None for any numbers.

    Example:
        >>> build((8, 8, 1), latent_dim=2).abilities.samples
        True
    """
    (latent_dim,) = check_sizes("latent_dim", (latent_dim,))
    return Autoencoder(
        keras.Sequential([conv_encoder(image_shape, filters), keras.layers.Dense(latent_dim)], name="encoder"),
        conv_decoder(image_shape, latent_dim, filters),
        loss=squared_error,
        penalty=MMDToPrior(weight),
        prior=StandardNormal(latent_dim),
        range=range,
        name="wae_mmd",
    )
