"""The von Mises-Fisher posterior."""

import keras
from keras import ops

from zoo.distributions.von_mises_fisher import VonMisesFisher as Distribution
from zoo.numerics.counts import check_count
from zoo.numerics.stable import softplus
from zoo.numerics.unit_vector import unit_vector
from zoo.part import build_once
from zoo.posteriors.posterior import Posterior
from zoo.support import Support

#: What kappa stays below. There a code is within 0.01 or so of its mean direction in each dimension.
MOST = 1e4


class VonMisesFisher(Posterior):
    """q(z|x) = C_m(kappa) exp(kappa loc'z) on the unit sphere in R^m, loc and kappa of x.

        loc = u / |u|, u = W encoder(x) + b;  kappa = s / (1 + s / 10^4), s = softplus(w'encoder(x) + c)

    Args:
        encoder: a network, `[B, ...]` to `[B, features]`.
        latent_dim: the size m of z, at least 2: the sphere has a dimension less.

    Returns (of a call on x):
        `zoo.distributions.von_mises_fisher.VonMisesFisher` with batch shape `[B]` and event shape `[m]`.

    Raises:
        InputError: `latent_dim` isn't an integer from 2 on.

    Example:
        >>> from zoo.networks.mlp import mlp_encoder
        >>> posterior = VonMisesFisher(mlp_encoder((8, 8, 1)), latent_dim=3)
        >>> tuple(posterior(ops.ones([5, 8, 8, 1])).loc.shape)
        (5, 3)

    References:
        Davidson et al. 2018, "Hyperspherical Variational Auto-Encoders", section 3.
    """

    support = Support.SPHERE

    def __init__(self, encoder, latent_dim, **kwargs):
        super().__init__(**kwargs)
        check_count("latent_dim", latent_dim, least=2)
        self.latent_dim = int(latent_dim)
        self.encoder = encoder
        self.direction = keras.layers.Dense(self.latent_dim, name="direction")
        self.concentration = keras.layers.Dense(1, name="concentration")

    def build(self, input_shape):
        build_once(self.encoder, input_shape)
        features = self.encoder.compute_output_shape(input_shape)
        self.direction.build(features)
        self.concentration.build(features)
        self.built = True

    def statistics(self, x, training=None):
        features = self.encoder(x, training=training)
        return self.direction(features), self.concentration(features)

    def given(self, statistics, log_joint=None):
        direction, raw = (ops.cast(each, "float32") for each in statistics)
        s = softplus(raw[..., 0])
        return Distribution(unit_vector(direction), s / (1 + s / MOST))
