"""The convolutional autoencoder: an undercomplete code, and no density.

Hinton and Salakhutdinov 2006, "Reducing the Dimensionality of Data with Neural Networks", for codes by autoencoders.
"""

import keras

from zoo.autoencoder import Autoencoder, cross_entropy, squared_error
from zoo.data.pixels import UNIT
from zoo.networks.conv import conv_decoder, conv_encoder
from zoo.networks.shapes import check_sizes

GROUP = "autoencoders"


def build(image_shape, latent_dim=32, filters=(32, 64), binary=False, range=UNIT):
    """x -> convolutions -> z -> transposed convolutions -> y.

    Args:
        image_shape: (height, width, channels).
        latent_dim: the size of the code z.
        filters: the feature maps of each convolution, from the image to z.
        range: (low, high) that the images lie in; None for any numbers.
        binary: trained on the cross-entropy of pixels in [0, 1], through a sigmoid; else on the squared error.

    Example:
        >>> build((8, 8, 1), latent_dim=2).name
        'autoencoder'
    """
    (latent_dim,) = check_sizes("latent_dim", (latent_dim,))
    encoder = keras.Sequential([conv_encoder(image_shape, filters), keras.layers.Dense(latent_dim)], name="encoder")
    decoder = conv_decoder(image_shape, latent_dim, filters)
    if binary:
        decoder = keras.Sequential([decoder, keras.layers.Activation("sigmoid", dtype="float32")], name="decoder")
    return Autoencoder(
        encoder, decoder, loss=cross_entropy if binary else squared_error, range=range, name="autoencoder"
    )
