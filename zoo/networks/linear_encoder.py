"""A linear path beside an encoder."""

import math

import keras
from keras import ops

from zoo.networks.shapes import check_sizes
from zoo.part import Composed, build_once


class LinearEncoder(Composed, keras.layers.Layer):
    """The features of an encoder, and before them a linear function of the pixels: [A x + a, encoder(x)].

    The path computes in float32 whatever the precision of the encoder: `zoo.fitting.linear_start` sets it to a
    solution whose digits count.

    Args:
        encoder: a network, `[B, ...]` to `[B, features]`.
        size: how many numbers A x + a has, K.

    Returns (of a call on x):
        float32 `[B, K + features]`.

    Example:
        >>> from zoo.networks.conv import conv_encoder
        >>> LinearEncoder(conv_encoder((8, 8, 1)), size=2).compute_output_shape((None, 8, 8, 1))
        (None, 258)
    """

    def __init__(self, encoder, size, **kwargs):
        # Else Keras would cast what comes in to the networks' precision.
        super().__init__(**{**kwargs, "dtype": "float32"})
        (self.size,) = check_sizes("size", (size,))
        self.encoder = encoder
        self.linear = keras.layers.Dense(self.size, dtype="float32", name="linear")

    def build(self, input_shape):
        build_once(self.encoder, input_shape)
        self.linear.build((None, math.prod(input_shape[1:])))
        self.built = True

    def call(self, x, training=None):
        features = ops.cast(self.encoder(x, training=training), "float32")
        flat = ops.reshape(x, (-1, math.prod(x.shape[1:])))
        return ops.concatenate([self.linear(flat), features], axis=-1)

    def compute_output_shape(self, input_shape):
        return (input_shape[0], self.size + self.encoder.compute_output_shape(input_shape)[-1])
