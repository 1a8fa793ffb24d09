"""A network that is shown which pixels are missing."""

import keras
from keras import ops

from zoo.observed import filled
from zoo.part import Composed, build_once


class WithMask(Composed, keras.layers.Layer):
    """network([x with 0 for what is missing, 1 where it is seen and 0 where it isn't]), channels side by side.

    Without the second half a black pixel would look like a missing one.

    Args:
        network: `[B, ..., 2 C]` to whatever it makes of them.

    Example:
        >>> from zoo.networks.mlp import mlp_encoder
        >>> encoder = WithMask(mlp_encoder((8, 8, 2), units=(30,)))
        >>> tuple(encoder(ops.full([3, 8, 8, 1], float("nan"))).shape)
        (3, 30)

    References:
        Mattei and Frellsen 2019, "MIWAE: Deep Generative Modelling and Imputation of Incomplete Data Sets", for 0 in
        place of what is missing.
    """

    #: NaN doesn't go beyond it.
    takes_missing = True

    def __init__(self, network, **kwargs):
        super().__init__(**kwargs)
        self.network = network

    @property
    def layers(self):
        """The network."""
        return [self.network]

    def build(self, input_shape):
        build_once(self.network, self._both(input_shape))
        self.built = True

    def call(self, x, training=None):
        seen = ops.where(ops.isnan(x), 0.0, 1.0)
        return self.network(ops.concatenate([filled(x), ops.cast(seen, x.dtype)], axis=-1), training=training)

    def compute_output_shape(self, input_shape):
        return self.network.compute_output_shape(self._both(input_shape))

    @staticmethod
    def _both(input_shape):
        return (*input_shape[:-1], 2 * input_shape[-1])
