"""The residual convolutional networks of the IAF paper's MNIST model: six blocks down, and their mirror."""

import math

import keras

from zoo.networks.cropping import cropping
from zoo.networks.reshape import Reshape
from zoo.networks.shapes import check_image_shape, check_sizes
from zoo.networks.transposed_conv import TransposedConv


def resnet_encoder(image_shape, filters=(16, 32, 32), units=450):
    """For each number of filters a residual block of stride 2 and one of stride 1, then a dense layer.

    A block is x + conv(elu(conv(elu(x)))), 3x3; where it halves the image or changes the number of feature maps, x goes
    through a convolution of its own. The paper's weight normalization and data-dependent initialization are left out:
    Keras's He initialization does without.

    Args:
        image_shape: (height, width, channels); any sizes, odd ones too.
        filters: the number of feature maps of each pair of blocks.
        units: the width of the dense layer.

    Returns:
        `keras.Model`, `[B, *image_shape]` to `[B, units]`.

    Raises:
        InputError: a size that isn't positive.

    Example:
        >>> resnet_encoder((28, 28, 1)).output_shape
        (None, 450)

    References:
        Kingma et al. 2016, "Improving Variational Inference with Inverse Autoregressive Flow", appendix C.1.
    """
    image = keras.Input(check_image_shape(image_shape))
    h = image
    for n in check_sizes("filters", filters):
        h = _block(h, n, keras.layers.Conv2D, strides=2)
        h = _block(h, n, keras.layers.Conv2D, strides=1)
    h = Reshape((math.prod(h.shape[1:]),))(keras.layers.Activation("elu")(h))
    (units,) = check_sizes("units", (units,))
    h = keras.layers.Dense(units, "elu", kernel_initializer="he_normal")(h)
    return keras.Model(image, h, name="resnet_encoder")


def resnet_decoder(image_shape, latent_dim, filters=(16, 32, 32), units=450, parameters=1):
    """The mirror of `resnet_encoder`: transposed convolutions where the encoder has strided ones.

    Args:
        image_shape: (height, width, channels); any sizes, odd ones too.
        latent_dim: the size of z.
        filters: as the encoder's, in the same order, from the image to z.
        units: the width of the dense layer.
        parameters: how many numbers the likelihood wants for each pixel and channel.

    Returns:
        `keras.Model`, `[B, latent_dim]` to `[B, height, width, channels * parameters]`.

    Raises:
        InputError: a size that isn't positive.

    Example:
        >>> resnet_decoder((27, 20, 1), latent_dim=2).output_shape
        (None, 27, 20, 1)
    """
    height, width, channels = check_image_shape(image_shape)
    filters = check_sizes("filters", filters)
    latent_dim, units = check_sizes("latent_dim", (latent_dim,)) + check_sizes("units", (units,))
    scale = 2 ** len(filters)
    rows, columns = -(-height // scale), -(-width // scale)
    z = keras.Input((latent_dim,))
    h = keras.layers.Dense(units, "elu", kernel_initializer="he_normal")(z)
    h = keras.layers.Dense(rows * columns * filters[-1], kernel_initializer="he_normal")(h)
    h = Reshape((rows, columns, filters[-1]))(h)
    for n in (*reversed(filters[:-1]), filters[0]):
        h = _block(h, h.shape[-1], TransposedConv, strides=1)
        h = _block(h, n, TransposedConv, strides=2)
    h = keras.layers.Conv2D(channels * parameters, 3, padding="same", data_format="channels_last")(
        keras.layers.Activation("elu")(h)
    )
    for layer in cropping((rows * scale, columns * scale), (height, width)):
        h = layer(h)
    return keras.Model(z, h, name="resnet_decoder")


def _block(x, filters, convolution, strides):
    h = keras.layers.Activation("elu")(x)
    layout = {"padding": "same", "data_format": "channels_last"}
    h = convolution(filters, 3, strides, activation="elu", kernel_initializer="he_normal", **layout)(h)
    # The second convolution starts small, so that a deep stack starts near the identity.
    small = keras.initializers.VarianceScaling(0.1)
    h = keras.layers.Conv2D(filters, 3, kernel_initializer=small, **layout)(h)
    if strides != 1 or x.shape[-1] != filters:
        x = convolution(filters, 3, strides, kernel_initializer="he_normal", **layout)(x)
    return keras.layers.Add()([x, h])
