"""Fully connected networks: an image in, features out, and its mirror."""

import math

import keras

from zoo.networks.gated_dense import GatedDense
from zoo.networks.reshape import Reshape
from zoo.networks.shapes import check_image_shape, check_sizes


def mlp_encoder(image_shape, units=(500,), activation="tanh", gated=False):
    """h_0 = x, h_i = activation(W_i h_(i-1) + b_i), or h_i = (W_i h_(i-1) + b_i) * sigmoid(V_i h_(i-1) + c_i).

    Args:
        image_shape: (height, width, channels), or (D,) for vectors.
        units: the width of each hidden layer.
        activation: a Keras activation.
        gated: whether hidden layers have gates, and no other activation.

    Returns:
        `keras.Sequential`, `[B, *image_shape]` to `[B, units[-1]]`.

    Raises:
        InputError: an image shape or a width that isn't positive.

    Example:
        >>> mlp_encoder((8, 8, 1), units=(30, 20)).output_shape
        (None, 20)

    References:
        Kingma and Welling 2014, "Auto-Encoding Variational Bayes", appendix C.
    """
    image_shape, units = check_image_shape(image_shape, vectors=True), check_sizes("units", units)
    hidden = _hidden(units, activation, gated)
    return keras.Sequential([keras.Input(image_shape), Reshape((math.prod(image_shape),)), *hidden], name="mlp_encoder")


def mlp_decoder(image_shape, latent_dim, units=(500,), activation="tanh", parameters=1, gated=False):
    """The mirror of `mlp_encoder`, with a linear last layer.

    Args:
        image_shape: (height, width, channels), or (D,) for vectors.
        latent_dim: the size of z.
        units: the width of each hidden layer, in the order of the encoder's, from the image to z.
        activation: a Keras activation.
        parameters: how many numbers the likelihood wants for each pixel and channel.
        gated: as of `mlp_encoder`.

    Returns:
        `keras.Sequential`, `[B, latent_dim]` to `[B, height, width, channels * parameters]`.

    Raises:
        InputError: an image shape or a width that isn't positive.

    Example:
        >>> mlp_decoder((8, 8, 1), latent_dim=2, units=(30, 20)).output_shape
        (None, 8, 8, 1)
    """
    image_shape = check_image_shape(image_shape, vectors=True)
    (latent_dim,) = check_sizes("latent_dim", (latent_dim,))
    shape = (*image_shape[:-1], image_shape[-1] * parameters)
    hidden = _hidden(reversed(check_sizes("units", units)), activation, gated)
    layers = [keras.Input((latent_dim,)), *hidden, keras.layers.Dense(math.prod(shape)), Reshape(shape)]
    return keras.Sequential(layers, name="mlp_decoder")


def _hidden(units, activation, gated):
    return [GatedDense(width) if gated else keras.layers.Dense(width, activation) for width in units]
