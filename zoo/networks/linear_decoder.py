"""A linear path beside a decoder."""

import math

import keras
from keras import ops

from zoo.networks.shapes import check_sizes
from zoo.part import Composed, build_once


class LinearDecoder(Composed, keras.layers.Layer):
    """A decoder's output, plus a linear function of the code and a bias for each pixel: decoder(z) + [W z, 0] + b.

    W z is added to the first of the numbers that the likelihood wants for each pixel, its location, and b to all. The
    path computes in float32 whatever the precision of the decoder.

    Args:
        decoder: a network, `[B, D]` to `[B, height, width, channels * parameters]`.
        parameters: how many numbers the likelihood wants for each pixel and channel.

    Returns (of a call on z):
        float32, as the decoder's.

    Example:
        >>> from zoo.networks.conv import conv_decoder
        >>> decoder = LinearDecoder(conv_decoder((8, 8, 1), latent_dim=2, parameters=2), parameters=2)
        >>> decoder.compute_output_shape((None, 2))
        (None, 8, 8, 2)
    """

    def __init__(self, decoder, parameters=1, **kwargs):
        # Else Keras would cast what comes in to the networks' precision.
        super().__init__(**{**kwargs, "dtype": "float32"})
        (self.parameters,) = check_sizes("parameters", (parameters,))
        self.decoder = decoder

    def build(self, input_shape):
        build_once(self.decoder, input_shape)
        *image, channels = self.decoder.compute_output_shape(input_shape)[1:]
        self.image_shape = (*image, channels // self.parameters)
        shape = (input_shape[-1], math.prod(self.image_shape))
        self.kernel = self.add_weight(shape=shape, name="kernel")
        self.bias = self.add_weight(shape=(*image, channels), initializer="zeros", name="bias")
        self.built = True

    def call(self, z, training=None):
        loc = ops.reshape(ops.matmul(z, self.kernel), (-1, *self.image_shape))
        others = self.image_shape[-1] * (self.parameters - 1)
        linear = ops.pad(loc, [[0, 0]] * len(self.image_shape) + [[0, others]]) if others else loc
        return ops.cast(self.decoder(z, training=training), "float32") + linear + self.bias

    def compute_output_shape(self, input_shape):
        return self.decoder.compute_output_shape(input_shape)
