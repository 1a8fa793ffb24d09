"""Clusters of codes, whose places and shapes depend on a second code."""

import keras
import numpy as np
from keras import ops

from zoo.distributions.chain import Chain
from zoo.distributions.diagonal_normal import diagonal_normal, raw_scale
from zoo.distributions.label import Label
from zoo.networks.fold import fold
from zoo.networks.shapes import check_sizes
from zoo.priors.prior import Prior
from zoo.probability import tfd


class Clustered(Prior):
    """p(z, w) = N(w; 0, I) 1/K sum_k N(z; m_k(w), diag(s_k(w)^2)), over vectors [z, w].

        [m_k, r_k] = B_k tanh(A w + a) + b_k,   s_k = softplus(r_k) + 1e-4

    A Gaussian w that a network bends is no Gaussian: each cluster has a shape of its own. The cluster is summed over,
    which has the gradient that a drawn one hasn't.

    Args:
        latent_dim: the size D of z.
        second_dim: the size of w.
        clusters: how many there are, K.
        units: the width of the hidden layer.
        spread: the standard deviation of the first means, b. The scales begin at 1.

    Returns (of a call):
        A `Chain` with event shape `[D + second_dim]`, no batch shape. Of a call on clusters' numbers, int32 `[n]`,
        p(z, w|k), with batch shape `[n]`; anything but 0 .. K - 1 is a cluster that isn't known.

    Raises:
        InputError: a size that isn't a positive integer.

    Example:
        >>> prior = Clustered(latent_dim=2, second_dim=1, clusters=5)
        >>> prior.latent_dim, tuple(prior().log_prob(ops.zeros([4, 3])).shape)
        (3, (4,))

    References:
        Dilokthanakul et al. 2016, "Deep Unsupervised Clustering with Gaussian Mixture Variational Autoencoders",
        equation 1.
    """

    has_components = True

    def __init__(self, latent_dim, second_dim, clusters=10, units=120, spread=1.0, **kwargs):
        super().__init__(**kwargs)
        (self.code_dim,), (self.second_dim,) = (
            check_sizes(name, (size,)) for name, size in (("latent_dim", latent_dim), ("second_dim", second_dim))
        )
        (self.clusters,), (units,) = check_sizes("clusters", (clusters,)), check_sizes("units", (units,))
        self.latent_dim = latent_dim + second_dim
        self.hidden = keras.layers.Dense(units, "tanh", name="hidden")
        self.head = keras.layers.Dense(clusters * 2 * latent_dim, bias_initializer=self._first(spread), name="head")

    def _first(self, spread):
        loc = keras.initializers.RandomNormal(0.0, spread)
        raw = float(raw_scale(np.ones(1))[0])

        def initializer(shape, dtype=None):
            loc_shape = (self.clusters, 1, self.code_dim)
            both = ops.concatenate([loc(loc_shape, dtype), ops.full(loc_shape, raw, dtype)], axis=1)
            return ops.reshape(both, shape)

        return initializer

    def build(self, input_shape=None):
        self.hidden.build((None, self.second_dim))
        self.head.build((None, self.hidden.units))
        self.built = True

    def call(self, label=None):
        logits = Label(ops.zeros([self.clusters]), label).known_logits()
        loc = ops.zeros([self.second_dim])
        if label is not None:
            # One for each label, made of it: of a shape that isn't computed.
            loc = loc + 0.0 * ops.cast(label, "float32")[..., None]

        def codes(w):
            components = self.components_at(w)
            # An example's own, where each w has its clusters.
            own = logits + ops.zeros_like(components.distribution.loc[..., 0])
            return tfd.MixtureSameFamily(tfd.Categorical(logits=own), components)

        second = tfd.Independent(tfd.Normal(loc, 1.0), 1)
        return Chain(second, codes, self.code_dim, reverse=True)

    def components_at(self, w):
        """N(m_k(w), diag(s_k(w)^2)), of batch shape `[..., K]` and event shape `[D]`, at w `[..., second_dim]`."""
        parameters = fold(self.head, fold(self.hidden, w))
        return diagonal_normal(ops.reshape(parameters, (*ops.shape(w)[:-1], self.clusters, 2 * self.code_dim)))

    def log_weights(self):
        """log 1/K, `[K]`."""
        return ops.full([self.clusters], -float(np.log(self.clusters)))

    def log_components(self, z):
        """log p(k, z, w) of each cluster, `[..., K]`, at vectors [z, w], `[..., D + second_dim]`."""
        z, w = z[..., : self.code_dim], z[..., self.code_dim :]
        log_second = ops.sum(tfd.Normal(0.0, 1.0).log_prob(w), axis=-1, keepdims=True)
        log_codes = self.components_at(w).log_prob(ops.expand_dims(z, -2))
        return self.log_weights() + log_codes + log_second
