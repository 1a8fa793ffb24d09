"""The gated dense layer."""

import keras

from zoo.networks.shapes import check_sizes
from zoo.part import Composed


class GatedDense(Composed, keras.layers.Layer):
    """h = (W x + b) * sigmoid(V x + c).

    Args:
        units: the size of h.

    Example:
        >>> tuple(GatedDense(3)(keras.ops.ones([5, 2])).shape)
        (5, 3)

    References:
        Dauphin et al. 2017, "Language Modeling with Gated Convolutional Networks", equation 1; Tomczak and Welling
        2018, "VAE with a VampPrior", section 5, for networks of these.
    """

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        (self.units,) = check_sizes("units", (units,))
        self.linear = keras.layers.Dense(self.units, name="linear")
        self.gate = keras.layers.Dense(self.units, "sigmoid", name="gate")

    def build(self, input_shape):
        self.linear.build(input_shape)
        self.gate.build(input_shape)
        self.built = True

    def call(self, x):
        return self.linear(x) * self.gate(x)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.units)
