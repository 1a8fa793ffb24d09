"""A decoder with the encoder's own weights."""

import math

import keras
from keras import ops

from zoo.networks.one_dense import one_dense
from zoo.part import Composed, build_once


class TiedDecoder(Composed, keras.layers.Layer):
    """y = s(z W' + c), where z = s_e(x W + b) is the encoder: the same W, transposed, and a bias c of its own.

    A penalty on the code or on its slopes could be had for nothing where the decoder has weights of its own: a smaller
    W would be made up for by larger ones there.

    Args:
        encoder: a network of one dense layer and no other weights, `[B, height, width, channels]` to `[B, D]`.
        activation: s, a Keras activation; None for a linear decoder.

    Returns (of a call on z):
        float32 `[B, height, width, channels]`.

    Raises:
        InputError: the encoder is another network.

    Example:
        >>> from zoo.networks.mlp import mlp_encoder
        >>> encoder = mlp_encoder((8, 8, 1), units=(3,))
        >>> decoder = TiedDecoder(encoder)
        >>> tuple(decoder(encoder(ops.ones([5, 8, 8, 1]))).shape), len(decoder.weights)
        ((5, 8, 8, 1), 3)

    References:
        Vincent et al. 2010, "Stacked Denoising Autoencoders: Learning Useful Representations in a Deep Network with a
        Local Denoising Criterion", for tied weights.
    """

    def __init__(self, encoder, activation=None, **kwargs):
        super().__init__(**kwargs)
        one_dense(encoder, "a tied decoder")
        self.encoder, self.activation = encoder, keras.activations.get(activation)

    def build(self, input_shape):
        build_once(self.encoder)
        size = math.prod(self.encoder.input_shape[1:])
        self.bias = self.add_weight(shape=(size,), initializer="zeros", name="bias")
        self.built = True

    def call(self, z):
        kernel = ops.convert_to_tensor(one_dense(self.encoder, "a tied decoder").kernel)
        y = ops.matmul(z, ops.transpose(ops.cast(kernel, z.dtype)))
        y = ops.cast(y, "float32") + ops.cast(ops.convert_to_tensor(self.bias), "float32")
        return ops.reshape(self.activation(y), (-1, *self.encoder.input_shape[1:]))

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], *self.encoder.input_shape[1:])
