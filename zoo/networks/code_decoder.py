"""A decoder of codes: what they stand for, and a network from there to images."""

import keras
from keras import ops

from zoo.networks.last_layer import last_layer
from zoo.part import Composed, build_once


class CodeDecoder(Composed, keras.layers.Layer):
    """z, whole numbers -> e, the vectors that they stand for -> network -> the numbers of a likelihood.

    It is the decoder of a likelihood whose z are a quantizer's codes. Training knows e with its gradient, and asks
    `of_vectors`.

    Args:
        quantizer: of `zoo.quantizers`, the model's own.
        network: `[B, h, w, dim]` to `[B, height, width, channels * parameters]`.

    Returns (of a call on z, `[B, D]`):
        What the network gives.

    Example:
        >>> from zoo.quantizers.codebook import Codebook
        >>> quantizer = Codebook(keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Conv2D(5, 4, 4)]), size=16)
        >>> quantizer.build((None, 8, 8, 1))
        >>> network = keras.Sequential([keras.Input((2, 2, 5)), keras.layers.Conv2DTranspose(1, 4, 4)])
        >>> tuple(CodeDecoder(quantizer, network)(ops.zeros([3, 4])).shape)
        (3, 8, 8, 1)
    """

    def __init__(self, quantizer, network, **kwargs):
        # Always float32: bfloat16 has no whole numbers above 256.
        super().__init__(**{**kwargs, "dtype": "float32"})
        self.quantizer, self.network = quantizer, network

    def build(self, input_shape):
        build_once(self.network, self._vectors_shape(input_shape[0]))
        self.built = True

    def _vectors_shape(self, count):
        return (count, *self.quantizer.encoder.output_shape[1:])

    @property
    def bias(self):
        """That of the network's last layer; None without one."""
        return getattr(last_layer(self.network), "bias", None)

    def compute_output_shape(self, input_shape):
        return self.network.compute_output_shape(self._vectors_shape(input_shape[0]))

    def of_vectors(self, e, training=None):
        """What the network gives of vectors, `[B, h, w, dim]`: float32."""
        return ops.cast(self.network(e, training=training), "float32")

    def call(self, z, training=None):
        return self.of_vectors(self.quantizer.lookup(z), training)
