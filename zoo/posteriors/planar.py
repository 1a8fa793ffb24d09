"""The posterior made by planar flow."""

import keras

from zoo.bijectors.planar import Planar as PlanarStep
from zoo.bijectors.planar import planar_direction
from zoo.networks.shapes import check_sizes
from zoo.posteriors.amortized_flow import AmortizedFlow


class Planar(AmortizedFlow):
    """A diagonal Gaussian, bent by steps that each push z along one direction.

        z_0 ~ N(loc(x), diag(scale(x)^2))
        z_t = z_(t-1) + v_t tanh(w_t'z_(t-1) + b_t),   [u_t, w_t, b_t] = W_t encoder(x) + c_t
        v_t = u_t + (softplus(w_t'u_t) - 1 - w_t'u_t) w_t / |w_t|^2, so that w_t'v_t > -1
        log q(z_T|x) = log N(z_0; loc, diag(scale^2)) - sum_t log(1 + (1 - tanh(w_t'z_(t-1) + b_t)^2) w_t'v_t)

    With v = 0 it is the Gaussian. A step has no inverse in closed form: the density is known of its own draws alone.

    Args:
        encoder: a network, `[B, ...]` to `[B, features]`.
        latent_dim: the size D of z.
        steps: how many, T.

    Returns (of a call on x):
        `tfd.TransformedDistribution` with batch shape `[B]` and event shape `[D]`.

    Raises:
        InputError: a size that isn't a positive integer; or, of what a call returns, the density of a z that was not
            drawn from it.

    Example:
        >>> from zoo.networks.mlp import mlp_encoder
        >>> posterior = Planar(mlp_encoder((8, 8, 1)), latent_dim=4)
        >>> posterior(keras.ops.zeros([3, 8, 8, 1])).event_shape[0]
        4

    References:
        Rezende and Mohamed 2015, "Variational Inference with Normalizing Flows", equations 10 to 13 and appendix A.1.
    """

    def __init__(self, encoder, latent_dim, steps=10, **kwargs):
        (latent_dim,), (steps,) = check_sizes("latent_dim", (latent_dim,)), check_sizes("steps", (steps,))
        of_steps = keras.layers.Dense(steps * (2 * latent_dim + 1), name="steps")
        super().__init__(encoder, latent_dim, steps, of_steps, **kwargs)

    def step(self, theta, number):
        size = self.latent_dim
        u, w, b = theta[..., :size], theta[..., size:-1], theta[..., -1]
        return PlanarStep(planar_direction(u, w), w, b)
