"""The Gaussian posterior of a full covariance."""

import keras
import numpy as np
from keras import ops

from zoo.bijectors.lower_triangular import LowerTriangular
from zoo.distributions.diagonal_normal import MIN_SCALE
from zoo.networks.shapes import check_sizes
from zoo.numerics.stable import softplus
from zoo.part import build_once
from zoo.posteriors.headed import begin_linear
from zoo.posteriors.posterior import Posterior
from zoo.probability import tfd


class FullCovariance(Posterior):
    """q(z|x) = N(z; loc(x), L(x) L(x)'), L lower triangular with a positive diagonal.

        [loc, raw] = W encoder(x) + b,   diag(L) = softplus(raw) + 1e-4,   what is below it = U encoder(x) + c
        z = loc + L noise,   log q(z|x) = log N(noise; 0, I) - sum_d log L_dd

    The density of a z that was not drawn from it takes D steps, one for each dimension of the noise.

    Args:
        encoder: a network, `[B, ...]` to `[B, features]`.
        latent_dim: the size D of z.

    Returns (of a call on x):
        `tfd.TransformedDistribution` with batch shape `[B]` and event shape `[D]`.

    Raises:
        InputError: `latent_dim` isn't a positive integer.

    Example:
        >>> from zoo.networks.mlp import mlp_encoder
        >>> posterior = FullCovariance(mlp_encoder((8, 8, 1)), latent_dim=3)
        >>> posterior.of_lower.units, posterior(keras.ops.zeros([5, 8, 8, 1])).batch_shape[0]
        (3, 5)

    References:
        Kingma and Welling 2019, "An Introduction to Variational Autoencoders".
    """

    def __init__(self, encoder, latent_dim, **kwargs):
        super().__init__(**kwargs)
        (self.latent_dim,) = check_sizes("latent_dim", (latent_dim,))
        self.encoder = encoder
        self.head = keras.layers.Dense(2 * latent_dim, name="loc_and_scale")
        # A single dimension has nothing below its diagonal.
        self.of_lower = keras.layers.Dense(latent_dim * (latent_dim - 1) // 2, name="lower") if latent_dim > 1 else None

    def build(self, input_shape):
        build_once(self.encoder, input_shape)
        features = self.encoder.compute_output_shape(input_shape)
        self.head.build(features)
        if self.of_lower:
            self.of_lower.build(features)
        self.built = True

    def statistics(self, x, training=None):
        features = self.encoder(x, training=training)
        return (self.head(features), *([self.of_lower(features)] if self.of_lower else []))

    def given(self, statistics, log_joint=None):
        loc, raw = ops.split(ops.cast(statistics[0], "float32"), 2, axis=-1)
        lower = ops.expand_dims(softplus(raw) + MIN_SCALE, -1) * np.eye(self.latent_dim, dtype="float32")
        if self.of_lower:
            lower = lower + _below_diagonal(ops.cast(statistics[1], "float32"), self.latent_dim)
        noise = tfd.Independent(tfd.Normal(ops.zeros_like(loc), ops.ones_like(loc)), 1)
        return tfd.TransformedDistribution(noise, LowerTriangular(loc, lower))

    def begin_with(self, kernel, loc, scale):
        if self.of_lower:
            self.of_lower.set_weights([np.zeros(weight.shape) for weight in self.of_lower.get_weights()])
        begin_linear(self.encoder, self.head, kernel, loc, scale)


def _below_diagonal(numbers, size):
    """The matrix with these numbers below its diagonal, row by row, `[B, D (D - 1) / 2]` to `[B, D, D]`."""
    places = np.zeros([size, size], "int32")
    places[np.tril_indices(size, -1)] = np.arange(size * (size - 1) // 2)
    matrix = ops.reshape(ops.take(numbers, places.reshape(-1), axis=-1), (-1, size, size))
    return matrix * np.tri(size, k=-1, dtype="float32")
