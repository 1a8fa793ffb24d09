"""The posterior made by radial flow."""

import keras

from zoo.bijectors.radial import Radial as RadialStep
from zoo.networks.shapes import check_sizes
from zoo.numerics.stable import softplus
from zoo.posteriors.amortized_flow import AmortizedFlow

# The least that alpha and alpha + beta are.
LEAST = 1e-4


class Radial(AmortizedFlow):
    """A diagonal Gaussian, bent by steps that each draw z towards a point, or drive it away.

        z_0 ~ N(loc(x), diag(scale(x)^2))
        z_t = z_(t-1) + beta_t (z_(t-1) - c_t) / (alpha_t + |z_(t-1) - c_t|)
        [c_t, a_t, g_t] = W_t encoder(x) + d_t
        alpha_t = softplus(a_t) + 1e-4,   alpha_t + beta_t = softplus(g_t) + 1e-4

    Its log determinant is that of `zoo.bijectors.radial`. With a = g, where beta = 0, it is the Gaussian. Drawing and
    the density are both a single pass.

    Args:
        encoder: a network, `[B, ...]` to `[B, features]`.
        latent_dim: the size D of z.
        steps: how many, T.

    Returns (of a call on x):
        `tfd.TransformedDistribution` with batch shape `[B]` and event shape `[D]`.

    Raises:
        InputError: a size that isn't a positive integer.

    Example:
        >>> from zoo.networks.mlp import mlp_encoder
        >>> posterior = Radial(mlp_encoder((8, 8, 1)), latent_dim=4)
        >>> posterior(keras.ops.zeros([3, 8, 8, 1])).event_shape[0]
        4

    References:
        Rezende and Mohamed 2015, "Variational Inference with Normalizing Flows", equation 14 and appendix A.2.
    """

    def __init__(self, encoder, latent_dim, steps=10, **kwargs):
        (latent_dim,), (steps,) = check_sizes("latent_dim", (latent_dim,)), check_sizes("steps", (steps,))
        of_steps = keras.layers.Dense(steps * (latent_dim + 2), name="steps")
        super().__init__(encoder, latent_dim, steps, of_steps, **kwargs)

    def step(self, theta, number):
        alpha, gamma = (softplus(theta[..., -index]) + LEAST for index in (2, 1))
        return RadialStep(theta[..., :-2], alpha, gamma)
