"""The base of posteriors whose flow has networks that see a context of x."""

from abc import abstractmethod

import keras

from zoo.distributions.diagonal_normal import diagonal_normal
from zoo.networks.shapes import check_sizes
from zoo.part import build_once
from zoo.posteriors.posterior import Posterior
from zoo.probability import tfb, tfd


class ConditionedFlow(Posterior):
    """A diagonal Gaussian, bent by steps whose networks see z, or a part of it, and a context h(x) of the encoder's.

        z_0 ~ N(loc(x), diag(scale(x)^2));   z_t = f(z_(t-1); network_t(z_(t-1), h(x))), t = 1 .. T
        log q(z_T|x) = log N(z_0; loc, diag(scale^2)) - sum_t log |det dz_t/dz_(t-1)|

    A subclass's `step` makes bijectors of a network.

    Args:
        encoder: a network, `[B, ...]` to `[B, features]`.
        latent_dim: the size D of z.
        networks: one for each step, a layer of `[..., B, seen]` and a context `[B, C]`.
        seen: how many dimensions of z each of them sees, ints.
        context_dim: the size C of h(x).

    Returns (of a call on x):
        `tfd.TransformedDistribution` with batch shape `[B]` and event shape `[D]`.

    Raises:
        InputError: a size that isn't a positive integer.

    Example:
        >>> from zoo.networks.mlp import mlp_encoder
        >>> from zoo.posteriors.nice import NICE
        >>> len(NICE(mlp_encoder((8, 8, 1)), latent_dim=4, steps=3).networks)
        3
    """

    def __init__(self, encoder, latent_dim, networks, seen, context_dim, **kwargs):
        super().__init__(**kwargs)
        self.encoder, self.latent_dim, self.networks, self.seen = encoder, latent_dim, networks, seen
        self.head = keras.layers.Dense(2 * latent_dim, name="loc_and_scale")
        self.context = keras.layers.Dense(*check_sizes("context_dim", (context_dim,)), "elu", name="context")

    def build(self, input_shape):
        build_once(self.encoder, input_shape)
        features = self.encoder.compute_output_shape(input_shape)
        self.head.build(features)
        self.context.build(features)
        for network, seen in zip(self.networks, self.seen, strict=True):
            network.build((None, seen), (None, self.context.units))
        self.built = True

    def statistics(self, x, training=None):
        features = self.encoder(x, training=training)
        return self.head(features), self.context(features)

    def given(self, statistics, log_joint=None):
        parameters, context = statistics
        chain = []
        for number, network in enumerate(self.networks):
            chain += self.step(lambda z, network=network: network(z, context), number)
        # tfb.Chain applies its last bijector first.
        return tfd.TransformedDistribution(diagonal_normal(parameters), tfb.Chain(chain[::-1]))

    @abstractmethod
    def step(self, network, number):
        """The bijectors of a step, a list, in the order in which they are applied.

        Args:
            network: the step's, a function of what it sees of z, `[..., B, seen]`.
            number: which step it is, from 0.
        """
