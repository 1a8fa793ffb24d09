"""The ResNet VAE's path from the image up: features for each level of z."""

import keras

from zoo.networks.shapes import check_image_shape, check_sizes
from zoo.networks.top_down_resnet import sizes_of_levels


def bottom_up_resnet(image_shape, levels=(2, 2), filters=32):
    """A 5x5 convolution of stride 2, then for each level of z a residual block, whose input is the level's features.

    A block is x + 0.1 conv(elu(conv(elu(x)))), 3x3; where the next level above has maps of half the size, its first
    convolution has stride 2, and x is averaged over 2x2.

    Args:
        image_shape: (height, width, channels); any sizes, odd ones too.
        levels: how many levels there are of each size, from the top, as of `zoo.networks.top_down_resnet`.
        filters: how many maps it has throughout.

    Returns:
        `keras.Model`, `[B, *image_shape]` to a list of `[B, height, width, filters]`, the top level's first.

    Raises:
        InputError: a size that isn't a positive integer.

    Example:
        >>> [features.shape[1:] for features in bottom_up_resnet((28, 20, 1), levels=(1, 2), filters=8).outputs]
        [(7, 5, 8), (14, 10, 8), (14, 10, 8)]

    References:
        Kingma et al. 2016, "Improving Variational Inference with Inverse Autoregressive Flow", appendix C.2.
    """
    image_shape = check_image_shape(image_shape)
    levels, (filters,) = check_sizes("levels", levels), check_sizes("filters", (filters,))
    image = keras.Input(image_shape)
    h, features = _convolve(image, filters, 5, strides=2), []
    sizes = sizes_of_levels(h.shape[1:3], levels)[::-1]
    for level, size in enumerate(sizes):
        features.append(keras.layers.Activation("elu")(h))
        if level + 1 < len(sizes):
            h = _block(h, features[-1], filters, strides=1 if sizes[level + 1] == size else 2)
    return keras.Model(image, features[::-1], name="bottom_up_resnet")


def _block(x, activated, filters, strides):
    hidden = keras.layers.Activation("elu")(_convolve(activated, filters, 3, strides))
    if strides != 1:
        x = keras.layers.AveragePooling2D(strides, padding="same", data_format="channels_last")(x)
    return keras.layers.Add()([x, keras.layers.Rescaling(0.1)(_convolve(hidden, filters, 3))])


def _convolve(x, filters, size, strides=1):
    return keras.layers.Conv2D(filters, size, strides, "same", "channels_last", kernel_initializer="he_normal")(x)
