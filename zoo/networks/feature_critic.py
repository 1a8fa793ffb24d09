"""A critic of images, whose features compare images as well."""

import keras

from zoo.networks.conv import conv_encoder


def feature_critic(image_shape, filters=(32, 64), units=128, activation="leaky_relu"):
    """f(x), the features of convolutions, and D(x) = w . h(f(x)) + b, the log odds that x is an image of the data.

    Args:
        image_shape: (height, width, channels).
        filters: the feature maps of each convolution.
        units: the width of the hidden layer between f and D.
        activation: of each hidden layer, a Keras activation.

    Returns:
        `keras.Model`, `[B, height, width, channels]` to a list of f, `[B, F]`, and D, `[B, 1]`.

    Raises:
        InputError: a size that isn't a positive integer.

    Example:
        >>> [tuple(shape) for shape in feature_critic((8, 8, 1), filters=(4,), units=8).output_shape]
        [(None, 64), (None, 1)]
    """
    x = keras.Input(image_shape)
    features = conv_encoder(image_shape, filters, activation=activation)(x)
    hidden = keras.layers.Dense(units, activation)(features)
    return keras.Model(x, [features, keras.layers.Dense(1)(hidden)], name="critic")
