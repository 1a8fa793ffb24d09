"""The posterior with an auxiliary variable: a continuous mixture of Gaussians."""

import keras

from zoo.distributions.diagonal_normal import diagonal_normal
from zoo.networks.conditioned import Conditioned
from zoo.networks.shapes import check_sizes
from zoo.part import build_once
from zoo.posteriors.posterior import Posterior
from zoo.random import center, draw_and_log_prob, split


class Auxiliary(Posterior):
    """q(z|x) = integral of q(a|x) q(z|a, x) da, weighed with the help of r(a|x, z), the reverse model.

        a ~ q(a|x),   z ~ q(z|a, x),   log_q = log q(a|x) + log q(z|a, x) - log r(a|x, z)

    All three are diagonal Gaussians. E[p(x, z) / exp(log_q)] = p(x) whatever r is. The nearer r is to q(a|x, z), the
    less the bound loses.

    Args:
        encoder: a network, `[B, ...]` to `[B, features]`.
        latent_dim: the size D of z.
        auxiliary_dim: the size A of a.
        units: the width of the hidden layer of q(z|a, x), and of that of r(a|x, z).

    Returns (of a call on x):
        What `zoo.random.draw_and_log_prob` and `center` know, and no density: an `AuxiliaryPair`.

    Raises:
        InputError: a size that isn't a positive integer.

    Example:
        >>> from zoo.networks.mlp import mlp_encoder
        >>> from zoo.random import key
        >>> posterior = Auxiliary(mlp_encoder((8, 8, 1)), latent_dim=2)
        >>> z, log_q = draw_and_log_prob(posterior(keras.ops.zeros([3, 8, 8, 1])), key(7), (5,))
        >>> tuple(z.shape), tuple(log_q.shape)
        ((5, 3, 2), (5, 3))

    References:
        Maaloe et al. 2016, "Auxiliary Deep Generative Models", equation 4, where r is p(a|x, z); Ranganath et al. 2016,
        "Hierarchical Variational Models", equation 5.
    """

    def __init__(self, encoder, latent_dim, auxiliary_dim=16, units=64, **kwargs):
        super().__init__(**kwargs)
        (self.latent_dim,), (self.auxiliary_dim,) = (
            check_sizes("latent_dim", (latent_dim,)),
            check_sizes("auxiliary_dim", (auxiliary_dim,)),
        )
        self.encoder, self.units = encoder, units
        self.head = keras.layers.Dense(2 * auxiliary_dim, name="loc_and_scale")
        self.forward = Conditioned(units, 2 * latent_dim, name="forward")
        self.reverse = Conditioned(units, 2 * auxiliary_dim, name="reverse")

    def build(self, input_shape):
        build_once(self.encoder, input_shape)
        features = self.encoder.compute_output_shape(input_shape)
        self.head.build(features)
        self.forward.build(features, (None, self.auxiliary_dim))
        self.reverse.build(features, (None, self.latent_dim))
        self.built = True

    def statistics(self, x, training=None):
        features = self.encoder(x, training=training)
        return self.head(features), features

    def given(self, statistics, log_joint=None):
        parameters, features = statistics
        return AuxiliaryPair(
            diagonal_normal(parameters),
            lambda a: diagonal_normal(self.forward(features, a)),
            lambda z: diagonal_normal(self.reverse(features, z)),
        )


class AuxiliaryPair:
    """q(a), q(z|a) as a function of a, and r(a|z) as a function of z."""

    def __init__(self, first, second, reverse):
        self.first, self.second, self.reverse = first, second, reverse


@draw_and_log_prob.register(AuxiliaryPair)
def _(pair, key, shape=()):
    keys = split(key)
    a, log_a = draw_and_log_prob(pair.first, keys[0], shape)
    z, log_z = draw_and_log_prob(pair.second(a), keys[1])
    return z, log_a + log_z - pair.reverse(z).log_prob(a)


@center.register(AuxiliaryPair)
def _(pair):
    return center(pair.second(center(pair.first)))
