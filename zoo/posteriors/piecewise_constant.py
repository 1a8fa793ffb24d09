"""The piecewise constant posterior on a cube."""

import keras
from keras import ops

from zoo.distributions.piecewise_constant import PiecewiseConstant as Distribution
from zoo.networks.shapes import check_sizes
from zoo.numerics.counts import check_count
from zoo.part import build_once
from zoo.posteriors.posterior import Posterior
from zoo.support import Support


class PiecewiseConstant(Posterior):
    """q(z|x) = prod_d n m_di where z_d is in the i-th of n pieces of [0, 1], m_d = softmax(l_d), l = W encoder(x) + b.

    It may have as many modes as every second piece, where a Gaussian has one.

    Args:
        encoder: a network, `[B, ...]` to `[B, features]`.
        latent_dim: the size D of z.
        pieces: how many, n, at least 2.

    Returns (of a call on x):
        `zoo.distributions.piecewise_constant.PiecewiseConstant` with batch shape `[B]` and event shape `[D]`.

    Raises:
        InputError: `latent_dim` isn't a positive integer, or `pieces` none from 2 on.

    Example:
        >>> from zoo.networks.mlp import mlp_encoder
        >>> posterior = PiecewiseConstant(mlp_encoder((8, 8, 1)), latent_dim=2, pieces=5)
        >>> tuple(posterior(ops.zeros([3, 8, 8, 1])).masses.shape)
        (3, 2, 5)

    References:
        Serban et al. 2016, "Piecewise Latent Variables for Neural Variational Text Processing", section 4.
    """

    support = Support.CUBE

    def __init__(self, encoder, latent_dim, pieces=5, **kwargs):
        super().__init__(**kwargs)
        (self.latent_dim,) = check_sizes("latent_dim", (latent_dim,))
        check_count("pieces", pieces, least=2)
        self.pieces = int(pieces)
        self.encoder = encoder
        self.head = keras.layers.Dense(self.latent_dim * self.pieces, name="logits")

    def build(self, input_shape):
        build_once(self.encoder, input_shape)
        self.head.build(self.encoder.compute_output_shape(input_shape))
        self.built = True

    def statistics(self, x, training=None):
        return (self.head(self.encoder(x, training=training)),)

    def given(self, statistics, log_joint=None):
        (logits,) = statistics
        return Distribution(ops.reshape(logits, (-1, self.latent_dim, self.pieces)))
