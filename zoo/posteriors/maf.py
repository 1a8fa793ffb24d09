"""The posterior made by masked autoregressive flow."""

from zoo.bijectors.masked_autoregressive import MaskedAutoregressive
from zoo.networks.made import MADE
from zoo.networks.shapes import check_sizes
from zoo.posteriors.conditioned_flow import ConditionedFlow
from zoo.probability import tfb


class MAF(ConditionedFlow):
    """A diagonal Gaussian, bent by autoregressive steps that each go by what they have drawn, and a context h(x).

        z_0 ~ N(loc(x), diag(scale(x)^2))
        z_(t,i) = z_(t-1,i) * exp(s_(t,i)) + m_(t,i),   [m_t, r_t] = MADE_t(z_t, h(x)),   s_t = 2 tanh(r_t / 2)
        log q(z_T|x) = log N(z_0; loc, diag(scale^2)) - sum_t sum_i s_(t,i)

    The density of any z is one pass for each step. A draw takes D passes, one for each dimension, and so does a step of
    training: where draws are many and densities few, IAF is the other way round. The order of the dimensions is
    reversed between the steps.

    Args:
        encoder: a network, `[B, ...]` to `[B, features]`.
        latent_dim: the size D of z.
        steps: how many autoregressive steps, T.
        units: the width of each hidden layer of each step's MADE.
        context_dim: the size of h(x).

    Returns (of a call on x):
        `tfd.TransformedDistribution` with batch shape `[B]` and event shape `[D]`.

    Raises:
        InputError: a size that isn't a positive integer.

    Example:
        >>> import keras
        >>> from zoo.networks.mlp import mlp_encoder
        >>> posterior = MAF(mlp_encoder((8, 8, 1)), latent_dim=4)
        >>> posterior(keras.ops.zeros([3, 8, 8, 1])).event_shape[0]
        4

    References:
        Papamakarios et al. 2017, "Masked Autoregressive Flow for Density Estimation", equations 3 to 5.
    """

    def __init__(self, encoder, latent_dim, steps=2, units=(64,), context_dim=64, **kwargs):
        (latent_dim,), (steps,) = check_sizes("latent_dim", (latent_dim,)), check_sizes("steps", (steps,))
        networks = [MADE(units, outputs=2, name=f"made_{step}") for step in range(steps)]
        super().__init__(encoder, latent_dim, networks, [latent_dim] * steps, context_dim, **kwargs)

    def step(self, network, number):
        backwards = tfb.Permute(list(reversed(range(self.latent_dim))))
        return [backwards] * (number > 0) + [MaskedAutoregressive(network)]
