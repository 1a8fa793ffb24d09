"""The posterior made by inverse autoregressive flow."""

import keras
import numpy as np

from zoo.bijectors.gated_autoregressive import GatedAutoregressive
from zoo.distributions.diagonal_normal import diagonal_normal
from zoo.networks.made import MADE
from zoo.networks.shapes import check_sizes
from zoo.part import build_once
from zoo.posteriors.headed import begin_linear
from zoo.posteriors.posterior import Posterior
from zoo.probability import tfb, tfd


class IAF(Posterior):
    """A diagonal Gaussian, bent by autoregressive steps that see a context h(x) of the encoder's.

        z_0 ~ N(loc(x), diag(scale(x)^2))
        z_t = sigma_t * z_(t-1) + (1 - sigma_t) * m_t,   [m_t, s_t] = MADE_t(z_(t-1), h(x)),  sigma_t = sigmoid(s_t)
        log q(z_T|x) = log N(z_0; loc, diag(scale^2)) - sum_t sum_i log sigma_(t,i)

    The order of the dimensions is reversed between the steps. Each gate starts with a bias, so that the flow starts
    near the identity.

    Args:
        encoder: a network, `[B, ...]` to `[B, features]`.
        latent_dim: the size D of z.
        steps: how many autoregressive steps, T.
        units: the width of each hidden layer of each step's MADE.
        context_dim: the size of h(x).
        gate_bias: what s starts at.

    Returns (of a call on x):
        `tfd.TransformedDistribution` with batch shape `[B]` and event shape `[D]`. Drawing is one pass; the density of
        a z that was not drawn from it takes D passes for each step.

    Raises:
        InputError: a size that isn't a positive integer.

    Example:
        >>> from zoo.networks.mlp import mlp_encoder
        >>> posterior = IAF(mlp_encoder((8, 8, 1)), latent_dim=4)
        >>> posterior(keras.ops.zeros([3, 8, 8, 1])).event_shape[0]
        4

    References:
        Kingma et al. 2016, "Improving Variational Inference with Inverse Autoregressive Flow", algorithm 1.
    """

    def __init__(self, encoder, latent_dim, steps=2, units=(320, 320), context_dim=64, gate_bias=1.0, **kwargs):
        super().__init__(**kwargs)
        self.latent_dim, self.steps = check_sizes("latent_dim", (latent_dim,)) + check_sizes("steps", (steps,))
        self.encoder, self.gate_bias = encoder, gate_bias
        self.head = keras.layers.Dense(2 * latent_dim, name="loc_and_scale")
        self.context = keras.layers.Dense(*check_sizes("context_dim", (context_dim,)), "elu", name="context")
        self.made = [MADE(units, outputs=2, name=f"made_{step}") for step in range(self.steps)]

    def build(self, input_shape):
        build_once(self.encoder, input_shape)
        features = self.encoder.compute_output_shape(input_shape)
        self.head.build(features)
        self.context.build(features)
        for made in self.made:
            made.build((None, self.latent_dim), (None, self.context.units))
        self.built = True

    def statistics(self, x, training=None):
        features = self.encoder(x, training=training)
        return self.head(features), self.context(features)

    def given(self, statistics, log_joint=None):
        parameters, context = statistics
        return bent(diagonal_normal(parameters), self.made, context, self.gate_bias)

    def begin_with(self, kernel, loc, scale):
        """The steps begin as one shrinking and one reordering of all, which the Gaussian makes good for."""
        for made in self.made:
            made.silence()
        order = slice(None, None, -1 if self.steps % 2 == 0 else 1)
        shrunk = (1 + np.exp(-self.gate_bias)) ** self.steps
        begin_linear(self.encoder, self.head, *(shrunk * each[..., order] for each in (kernel, loc, scale)))


def bent(base, networks, context, gate_bias):
    """A distribution bent by autoregressive steps, with the dimensions in reversed order from one to the next.

    Args:
        base: of event shape `[D]`.
        networks: a `MADE` for each step, or another network of its kind.
        context: what they see beside z.
        gate_bias: as of `zoo.bijectors.gated_autoregressive`.

    Returns:
        A `tfd.TransformedDistribution`, of the base's shapes.

    Example:
        >>> base = diagonal_normal(keras.ops.zeros([3, 4]))
        >>> bent(base, [MADE((8,))], keras.ops.zeros([3, 5]), gate_bias=1.0).batch_shape[0]
        3
    """
    order = list(reversed(range(base.event_shape[0])))
    chain = []
    for network in networks:
        if chain:
            chain.append(tfb.Permute(order))
        chain.append(GatedAutoregressive(lambda z, network=network: network(z, context), gate_bias))
    # tfb.Chain applies its last bijector first.
    return tfd.TransformedDistribution(base, tfb.Chain(chain[::-1]))
