"""The base of posteriors whose statistics are one dense layer on the encoder's features."""

from abc import abstractmethod
from typing import ClassVar

import keras
import numpy as np

from zoo.distributions.diagonal_normal import raw_scale
from zoo.networks.shapes import check_sizes
from zoo.part import build_once
from zoo.posteriors.posterior import Posterior


class Headed(Posterior):
    """q(z|x) of the numbers W encoder(x) + b, a few for each dimension of z, of which `given` makes the distribution.

    Args:
        encoder: a network, `[B, ...]` to `[B, features]`.
        latent_dim: the size D of z.

    Raises:
        InputError: `latent_dim` isn't a positive integer.

    Example:
        >>> from zoo.networks.mlp import mlp_encoder
        >>> from zoo.posteriors.gaussian import Gaussian
        >>> Gaussian(mlp_encoder((8, 8, 1)), latent_dim=2).head.units
        4
    """

    #: The head's name, which is its weights' in a file, and how many numbers it gives for each dimension of z.
    head_of: ClassVar = ("loc_and_scale", 2)

    def __init__(self, encoder, latent_dim, **kwargs):
        super().__init__(**kwargs)
        (self.latent_dim,) = check_sizes("latent_dim", (latent_dim,))
        self.encoder = encoder
        name, numbers = self.head_of
        # The head follows the precision of the networks; what it gives is cast before any density is taken.
        self.head = keras.layers.Dense(numbers * self.latent_dim, name=name)

    def build(self, input_shape):
        build_once(self.encoder, input_shape)
        self.head.build(self.encoder.compute_output_shape(input_shape))
        self.built = True

    def statistics(self, x, training=None):
        return (self.head(self.encoder(x, training=training)),)

    @abstractmethod
    def given(self, statistics, log_joint=None):
        """The distribution of the numbers, `(parameters,)`: as of `Posterior`."""


def begin_linear(encoder, head, kernel, loc, scale):
    """Lets a dense layer on a `LinearEncoder`'s features begin with the location A x + a and a scale of its own.

    Args:
        encoder: the `zoo.networks.linear_encoder.LinearEncoder`, of as many numbers as there are dimensions, D.
        head: the layer, which gives locations and then raw scales, as `zoo.distributions.diagonal_normal` takes them.
        kernel: A transposed, NumPy `[pixels, D]`.
        loc: a, `[D]`.
        scale: `[D]`.
    """
    encoder.linear.set_weights([kernel, loc])
    size = encoder.size
    weights = np.zeros(head.kernel.shape)
    weights[:size, :size] = np.eye(size)
    head.set_weights([weights, np.concatenate([np.zeros(size), raw_scale(scale)])])
