"""A posterior of one more stochastic layer, from the image upwards."""

import keras

from zoo.distributions.chain import Chain
from zoo.distributions.diagonal_normal import diagonal_normal
from zoo.networks.fold import fold
from zoo.networks.shapes import check_sizes
from zoo.part import build_once
from zoo.posteriors.posterior import Posterior


class Hierarchical(Posterior):
    """q(z1, z2|x) = q(z1|x) q(z2|z1), over the vector [z1, z2].

        q(z2|z1) = N(z2; loc, diag(scale^2)), [loc, raw] = W network(z1) + b, scale = softplus(raw) + 1e-4

    For further layers the lower posterior is one of these again, to any depth: q(z1|x) q(z2|z1) q(z3|z1, z2), say,
    where each layer's network sees all layers below it.

    Args:
        lower: the posterior of z1; one of these again for a further layer.
        network: `[B, D1]` to `[B, features]`, D1 the lower posterior's `latent_dim`; dropout and the like do nothing in
            it.
        size: D2, the size of z2.

    Returns (of a call on x):
        `zoo.distributions.chain.Chain`.

    Raises:
        InputError: `size` isn't a positive integer.

    Example:
        >>> from zoo.networks.mlp import mlp_encoder
        >>> from zoo.posteriors.gaussian import Gaussian
        >>> lower = Gaussian(mlp_encoder((8, 8, 1)), latent_dim=4)
        >>> Hierarchical(lower, mlp_encoder((4,)), size=2).latent_dim
        6

    References:
        Burda et al. 2016, "Importance Weighted Autoencoders", equation 2.
    """

    def __init__(self, lower, network, size, **kwargs):
        super().__init__(**kwargs)
        (self.size,) = check_sizes("size", (size,))
        self.lower, self.network = lower, network
        self.latent_dim = lower.latent_dim + self.size
        self.head = keras.layers.Dense(2 * self.size, name="loc_and_scale")

    def build(self, input_shape):
        build_once(self.lower, input_shape)
        shape = (None, self.lower.latent_dim)
        build_once(self.network, shape)
        self.head.build(self.network.compute_output_shape(shape))
        self.built = True

    def statistics(self, x, training=None):
        return self.lower.statistics(x, training=training)

    def given(self, statistics, log_joint=None):
        def upper(z1):
            # What is made of the statistics doesn't know of training.
            return diagonal_normal(self.head(fold(self.network, z1, training=False)))

        return Chain(self.lower.given(statistics), upper, size=self.lower.latent_dim)
