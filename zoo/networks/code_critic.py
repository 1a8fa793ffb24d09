"""A critic of codes: one number for each."""

import keras

from zoo.networks.mlp import mlp_encoder


def code_critic(latent_dim, units=(256, 256), activation="relu"):
    """D(z) = w . h(z) + b of a fully connected network h: the log odds that z is a draw of the prior.

    Args:
        latent_dim: the size of z.
        units: the width of each hidden layer.
        activation: of each hidden layer, a Keras activation.

    Returns:
        `keras.Sequential`, `[B, latent_dim]` to `[B, 1]`.

    Raises:
        InputError: a size that isn't a positive integer.

    Example:
        >>> code_critic(2, units=(16,)).output_shape
        (None, 1)
    """
    return keras.Sequential([mlp_encoder((latent_dim,), units, activation), keras.layers.Dense(1)], name="critic")
