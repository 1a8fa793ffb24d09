"""A critic of images and codes: one number for each pair."""

import keras

from zoo.networks.mlp import mlp_encoder


def joint_critic(image_shape, latent_dim, units=(256, 256), activation="elu"):
    """T(x, z) = w . h, where h is a network's of [f(x), g(z)], and f and g are networks' of the image and of the code.

    Args:
        image_shape: (height, width, channels).
        latent_dim: the size of z.
        units: the width of each hidden layer after the first, which f and g have.
        activation: of each hidden layer, a Keras activation.

    Returns:
        `keras.Model`, called "critic", of a list of images, `[B, height, width, channels]`, and codes, `[B, D]`, to
        `[B, 1]`.

    Raises:
        InputError: a size that isn't a positive integer.

    Example:
        >>> from keras import ops
        >>> critic = joint_critic((8, 8, 1), latent_dim=2, units=(16,))
        >>> tuple(critic([ops.ones([5, 8, 8, 1]), ops.ones([5, 2])]).shape)
        (5, 1)
    """
    x, z = keras.Input(image_shape), keras.Input((latent_dim,))
    of_image, of_code = mlp_encoder(image_shape, units[:1], activation)(x), keras.layers.Dense(units[0], activation)(z)
    h = keras.layers.Concatenate()([of_image, of_code])
    for width in units:
        h = keras.layers.Dense(width, activation)(h)
    return keras.Model([x, z], keras.layers.Dense(1)(h), name="critic")
