"""A hidden layer that sees a code beside the features of an image."""

import keras
from keras import ops

from zoo.networks.shapes import check_sizes
from zoo.part import Composed


class Conditioned(Composed, keras.layers.Layer):
    """V elu(W features + U z + b) + c: what a network says of z, given x.

    The features are those of B images, z has S draws for each.

    Args:
        units: the width of the hidden layer.
        outputs: the size of what it gives.
        begins_at_zero: whether V begins at zero, and with it the output.

    Returns (of a call on features `[B, F]` and z `[..., B, D]`):
        `[..., B, outputs]`.

    Raises:
        InputError: a size that isn't a positive integer.

    Example:
        >>> network = Conditioned(units=16, outputs=4)
        >>> tuple(network(ops.zeros([3, 10]), ops.zeros([5, 3, 2])).shape)
        (5, 3, 4)
    """

    def __init__(self, units, outputs, begins_at_zero=False, **kwargs):
        super().__init__(**kwargs)
        (units,), (outputs,) = check_sizes("units", (units,)), check_sizes("outputs", (outputs,))
        self.units, self.outputs, self.begins_at_zero = units, outputs, begins_at_zero
        self.of_features = keras.layers.Dense(units, name="of_features")
        self.of_z = keras.layers.Dense(units, use_bias=False, name="of_z")
        start = "zeros" if begins_at_zero else "glorot_uniform"
        self.head = keras.layers.Dense(outputs, kernel_initializer=start, name="head")

    def build(self, features_shape, z_shape):
        self.of_features.build(features_shape)
        self.of_z.build(z_shape)
        self.head.build((None, self.units))
        self.built = True

    def call(self, features, z):
        return self.head(ops.elu(self.of_features(features) + self.of_z(z)))
