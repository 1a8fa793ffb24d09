"""A network that is shown a table's row, each column as suits its kind."""

import keras
from keras import ops

from zoo.observed import filled
from zoo.part import Composed, build_once


class ColumnFeatures(Composed, keras.layers.Layer):
    """network([what is shown of each column, 0 where it is missing; 1 for each that is seen and 0 else]).

    Of a class its one-hot vector is shown, of a count the logarithm of one more, of a number itself.

    Args:
        network: `[B, ..., features + columns]` to whatever it makes of them.
        columns: a likelihood of each column, whose `features` says what is shown.

    Example:
        >>> from zoo.likelihoods.classes import Classes
        >>> from zoo.likelihoods.gaussian import Gaussian
        >>> from zoo.networks.mlp import mlp_encoder
        >>> columns = [Gaussian(None), Classes(None, 4)]
        >>> encoder = ColumnFeatures(mlp_encoder((1 + 4 + 2,), units=(30,)), columns)
        >>> tuple(encoder(ops.convert_to_tensor([[float("nan"), 3.0]])).shape)
        (1, 30)

    References:
        Nazabal et al. 2020, "Handling Incomplete Heterogeneous Data using VAEs".
    """

    #: NaN doesn't go beyond it.
    takes_missing = True

    def __init__(self, network, columns, **kwargs):
        super().__init__(**kwargs)
        self.network, self.columns = network, list(columns)

    @property
    def layers(self):
        """The network."""
        return [self.network]

    def build(self, input_shape):
        build_once(self.network, self._shown(input_shape))
        self.built = True

    def call(self, x, training=None):
        # Numbers of classes and counts have more digits than half precision.
        x = ops.cast(x, "float32")
        seen = ops.where(ops.isnan(x), 0.0, 1.0)
        cells = ops.split(filled(x), len(self.columns), axis=-1)
        there = ops.split(seen, len(self.columns), axis=-1)
        shown = [each.features(x) * s for each, x, s in zip(self.columns, cells, there, strict=True)]
        return self.network(ops.concatenate([*shown, seen], axis=-1), training=training)

    def compute_output_shape(self, input_shape):
        return self.network.compute_output_shape(self._shown(input_shape))

    def _shown(self, input_shape):
        return (*input_shape[:-1], sum(each.num_features for each in self.columns) + len(self.columns))
