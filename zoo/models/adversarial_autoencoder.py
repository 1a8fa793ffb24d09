"""The adversarial autoencoder (AAE): a critic keeps the codes where the prior is.

Published: nothing that compares; the paper judges samples by a Parzen window.

Makhzani et al. 2016, "Adversarial Autoencoders", section 2, with the deterministic encoder.
"""

import keras

from zoo.autoencoder import Autoencoder, cross_entropy
from zoo.networks.code_critic import code_critic
from zoo.networks.conv import conv_decoder, conv_encoder
from zoo.networks.shapes import check_sizes
from zoo.penalties.adversarial import Adversarial
from zoo.priors.standard_normal import StandardNormal

GROUP = "rivals"


def build(image_shape, latent_dim=8, filters=(32, 64), critic_units=(256, 256), weight=1.0, prior=None):
    """x -> convolutions -> z -> transposed convolutions -> y, and a critic D of z; the cross-entropy of x and y.

    Args:
        image_shape: (height, width, channels).
        latent_dim: the size of the code z.
        filters: the feature maps of each convolution, from the image to z.
        critic_units: the width of each of the critic's hidden layers.
        weight: what fooling the critic counts for, in nats.
        prior: p(z), a part; None for N(0, I).

    Example:
        >>> build((8, 8, 1), latent_dim=2).name
        'adversarial_autoencoder'
    """
    (latent_dim,) = check_sizes("latent_dim", (latent_dim,))
    return Autoencoder(
        keras.Sequential([conv_encoder(image_shape, filters), keras.layers.Dense(latent_dim)], name="encoder"),
        keras.Sequential([conv_decoder(image_shape, latent_dim, filters), keras.layers.Activation("sigmoid")]),
        loss=cross_entropy,
        penalty=Adversarial(code_critic(latent_dim, critic_units), weight),
        prior=StandardNormal(latent_dim) if prior is None else prior,
        name="adversarial_autoencoder",
    )
