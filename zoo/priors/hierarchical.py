"""A prior of one more stochastic layer, towards the image."""

import keras

from zoo.distributions.chain import Chain
from zoo.distributions.diagonal_normal import diagonal_normal
from zoo.networks.fold import fold
from zoo.networks.shapes import check_sizes
from zoo.part import build_once
from zoo.priors.prior import Prior


class Hierarchical(Prior):
    """p(z1, z2) = p(z2) p(z1|z2), over the vector [z1, z2].

        p(z1|z2) = N(z1; loc, diag(scale^2)), [loc, raw] = W network(z2) + b, scale = softplus(raw) + 1e-4

    For further layers the upper prior is one of these again, to any depth: then z2 is itself [z2, z3, ..], the vector
    has the layers from the image upwards, and each layer's network sees all layers above it,

        p(z1, z2, z3) = p(z3) p(z2|z3) p(z1|z2, z3)

    A `zoo.posteriors.hierarchical.Hierarchical` of as many layers, nested the other way round, has the same vector.
    Where a layer is to see the next one alone, its network begins with a `zoo.networks.take.Take`.

    Args:
        upper: the prior of z2; one of these again for a further layer.
        network: `[B, D2]` to `[B, features]`, D2 the upper prior's `latent_dim`.
        size: D1, the size of z1.

    Returns (of a call):
        `zoo.distributions.chain.Chain`.

    Raises:
        InputError: `size` isn't a positive integer.

    Example:
        >>> from zoo.networks.mlp import mlp_encoder
        >>> from zoo.priors.standard_normal import StandardNormal
        >>> two = Hierarchical(StandardNormal(2), mlp_encoder((2,)), size=4)
        >>> two.latent_dim, Hierarchical(two, mlp_encoder((6,)), size=8).latent_dim
        (6, 14)

    References:
        Burda et al. 2016, "Importance Weighted Autoencoders", equation 1.
    """

    def __init__(self, upper, network, size, **kwargs):
        super().__init__(**kwargs)
        (self.size,) = check_sizes("size", (size,))
        self.upper, self.network = upper, network
        self.latent_dim = self.size + upper.latent_dim
        self.head = keras.layers.Dense(2 * self.size, name="loc_and_scale")

    def build(self, input_shape=None):
        build_once(self.upper)
        shape = (None, self.upper.latent_dim)
        build_once(self.network, shape)
        self.head.build(self.network.compute_output_shape(shape))
        self.built = True

    def call(self, inputs=None, training=None):
        def lower(z2):
            return diagonal_normal(self.head(fold(self.network, z2, training=training)))

        return Chain(self.upper(training=training), lower, size=self.size, reverse=True)
