"""The VAE/GAN: sharp reconstructions, compared in the features of a critic that images are to fool.

Published: nothing that compares; the paper judges faces of CelebA by their attributes.

Larsen et al. 2016, "Autoencoding beyond Pixels Using a Learned Similarity Metric", algorithm 1.
"""

import keras

from zoo.data.pixels import UNIT
from zoo.networks.conv import conv_decoder, conv_encoder
from zoo.networks.feature_critic import feature_critic
from zoo.posteriors.gaussian import Gaussian
from zoo.priors.standard_normal import StandardNormal
from zoo.vae_gan import VAEGAN

GROUP = "rivals"


def build(
    image_shape, latent_dim=16, filters=(32, 64), critic_filters=(32, 64), weight=0.1, precision=20.0, range=UNIT
):
    """q(z|x) = N(loc(x), scale(x)^2), p(z) = N(0, I), a decoder, and a critic of images.

    Args:
        image_shape: (height, width, channels).
        latent_dim: the size of z.
        filters: the feature maps of each convolution, from the image to z.
        critic_filters: those of the critic.
        weight: what the distance in the critic's features counts for to the decoder, beside what its images fool.
        precision: of the features: the larger, the more a code tells. Of the paper's 1 these networks' code tells
            nothing.
        range: (low, high) that the images lie in; None for any numbers.

    Example:
        >>> build((8, 8, 1), latent_dim=2).name
        'vae_gan'
    """
    decoder = conv_decoder(image_shape, latent_dim, filters)
    if range == UNIT:
        decoder = keras.Sequential([decoder, keras.layers.Activation("sigmoid")])
    return VAEGAN(
        prior=StandardNormal(latent_dim),
        posterior=Gaussian(conv_encoder(image_shape, filters), latent_dim),
        decoder=decoder,
        critic=feature_critic(image_shape, critic_filters),
        weight=weight,
        precision=precision,
        range=range,
        name="vae_gan",
    )
