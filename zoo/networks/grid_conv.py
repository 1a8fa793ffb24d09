"""Convolutional networks between images and a grid of vectors, each of which sees a part of the image."""

import keras

from zoo.networks.cropping import cropping
from zoo.networks.shapes import check_image_shape, check_sizes
from zoo.networks.transposed_conv import TransposedConv

LAYOUT = {"padding": "same", "data_format": "channels_last"}


def grid_encoder(image_shape, dim, filters=(32, 64), blocks=2, kernel_size=4):
    """Convolutions of stride 2, residual blocks x + conv1x1(elu(conv3x3(elu(x)))), and a linear map to vectors.

    The paper's are ReLUs. At vectors of zeros, where finite scalars of odd levels begin, these have no gradient.

    Args:
        image_shape: (height, width, channels); any sizes, odd ones too.
        dim: the size of the vectors.
        filters: the number of feature maps of each convolution, each of which halves the image.
        blocks: how many residual blocks.
        kernel_size: of each convolution.

    Returns:
        `keras.Model`, `[B, *image_shape]` to `[B, h, w, dim]`.

    Raises:
        InputError: a size that isn't positive.

    Example:
        >>> grid_encoder((28, 28, 1), dim=16).output_shape
        (None, 7, 7, 16)

    References:
        van den Oord et al. 2017, "Neural Discrete Representation Learning", section 4.1.
    """
    (dim,) = check_sizes("dim", (dim,))
    image = keras.Input(check_image_shape(image_shape))
    h = image
    for n in check_sizes("filters", filters):
        h = keras.layers.Conv2D(n, kernel_size, 2, activation="elu", **LAYOUT)(h)
    return keras.Model(image, keras.layers.Conv2D(dim, 1, **LAYOUT)(_residual(h, blocks)), name="grid_encoder")


def grid_decoder(image_shape, dim, filters=(32, 64), blocks=2, kernel_size=4, parameters=1):
    """The mirror of `grid_encoder`: transposed convolutions where it has strided ones, the last one linear.

    Args:
        image_shape, dim, filters, blocks, kernel_size: as of the encoder, in the same order.
        parameters: how many numbers the likelihood wants for each pixel and channel.

    Returns:
        `keras.Model`, `[B, h, w, dim]` to `[B, height, width, channels * parameters]`.

    Raises:
        InputError: a size that isn't positive.

    Example:
        >>> grid_decoder((28, 20, 3), dim=2, filters=(4, 4, 4)).output_shape
        (None, 28, 20, 3)
    """
    height, width, channels = check_image_shape(image_shape)
    (dim,), filters = check_sizes("dim", (dim,)), check_sizes("filters", filters)
    scale = 2 ** len(filters)
    rows, columns = -(-height // scale), -(-width // scale)
    e = keras.Input((rows, columns, dim))
    h = _residual(keras.layers.Conv2D(filters[-1], 3, **LAYOUT)(e), blocks)
    for n in reversed(filters[:-1]):
        h = TransposedConv(n, kernel_size, 2, activation="elu")(h)
    h = TransposedConv(channels * parameters, kernel_size, 2)(h)
    for layer in cropping((rows * scale, columns * scale), (height, width)):
        h = layer(h)
    return keras.Model(e, h, name="grid_decoder")


def _residual(h, blocks):
    """The blocks, and the activation after them."""
    for _ in range(blocks):
        step = keras.layers.Activation("elu")(h)
        step = keras.layers.Conv2D(h.shape[-1], 3, activation="elu", **LAYOUT)(step)
        h = keras.layers.Add()([h, keras.layers.Conv2D(h.shape[-1], 1, **LAYOUT)(step)])
    return keras.layers.Activation("elu")(h)
