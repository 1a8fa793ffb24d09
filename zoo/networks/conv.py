"""Convolutional networks: strided convolutions down to features, transposed convolutions back up to an image."""

import keras

from zoo.networks.cropping import cropping
from zoo.networks.reshape import Reshape
from zoo.networks.shapes import check_image_shape, check_sizes
from zoo.networks.transposed_conv import TransposedConv


def conv_encoder(image_shape, filters=(32, 64), kernel_size=3, activation="relu"):
    """Convolutions of stride 2, each halving the image, then all features in a row.

    Args:
        image_shape: (height, width, channels); any sizes, odd ones too.
        filters: the number of feature maps of each convolution.
        kernel_size: of each convolution.
        activation: a Keras activation.

    Returns:
        `keras.Sequential`, `[B, *image_shape]` to `[B, features]`.

    Raises:
        InputError: an image shape or a number of filters that isn't positive.

    Example:
        >>> conv_encoder((28, 28, 1)).output_shape
        (None, 3136)
    """
    image_shape, filters = check_image_shape(image_shape), check_sizes("filters", filters)
    convolutions = [
        keras.layers.Conv2D(n, kernel_size, 2, "same", "channels_last", activation=activation) for n in filters
    ]
    scale = 2 ** len(filters)
    features = -(-image_shape[0] // scale) * -(-image_shape[1] // scale) * filters[-1]
    return keras.Sequential([keras.Input(image_shape), *convolutions, Reshape((features,))], name="conv_encoder")


def conv_decoder(
    image_shape, latent_dim, filters=(32, 64), kernel_size=3, activation="relu", parameters=1, constraint=None
):
    """The mirror of `conv_encoder`: a dense layer, then transposed convolutions of stride 2, the last one linear.

    A transposed convolution adds up copies of its kernel, one for each input pixel, scaled by that pixel. Where the
    image's size isn't divisible by 2 for each of them, the last image is cropped.

    Args:
        image_shape: (height, width, channels); any sizes, odd ones too.
        latent_dim: the size of z.
        filters: as the encoder's, in the same order, from the image to z.
        kernel_size: of each transposed convolution.
        activation: a Keras activation.
        parameters: how many numbers the likelihood wants for each pixel and channel.
        constraint: what each kernel is brought to after a step of training, a Keras constraint; None for nothing.

    Returns:
        `keras.Sequential`, `[B, latent_dim]` to `[B, height, width, channels * parameters]`.

    Raises:
        InputError: an image shape or a number of filters that isn't positive.

    Example:
        >>> conv_decoder((28, 20, 3), latent_dim=2).output_shape
        (None, 28, 20, 3)
    """
    height, width, channels = check_image_shape(image_shape)
    (latent_dim,) = check_sizes("latent_dim", (latent_dim,))
    filters = check_sizes("filters", filters)
    scale = 2 ** len(filters)
    rows, columns = -(-height // scale), -(-width // scale)
    layers = [
        keras.Input((latent_dim,)),
        keras.layers.Dense(rows * columns * filters[-1], activation, kernel_constraint=constraint),
        Reshape((rows, columns, filters[-1])),
    ]
    for n in reversed(filters[:-1]):
        layers.append(TransposedConv(n, kernel_size, 2, activation=activation, kernel_constraint=constraint))
    layers.append(TransposedConv(channels * parameters, kernel_size, 2, kernel_constraint=constraint))
    layers += cropping((rows * scale, columns * scale), (height, width))
    return keras.Sequential(layers, name="conv_decoder")
