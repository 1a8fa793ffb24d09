"""The posterior made by neural autoregressive flow."""

from zoo.bijectors.deep_sigmoidal import DeepSigmoidal
from zoo.networks.made import MADE
from zoo.networks.shapes import check_sizes
from zoo.posteriors.conditioned_flow import ConditionedFlow
from zoo.probability import tfb


class NeuralAutoregressive(ConditionedFlow):
    """A diagonal Gaussian, bent by autoregressive steps that are each a monotone network of one number, from a MADE.

        z_0 ~ N(loc(x), diag(scale(x)^2))
        z_(t,i) = logit(sum_k w_ik sigmoid(a_ik z_(t-1,i) + b_ik)),   [a, b, w] = MADE_t(z_(t-1), h(x))
        log q(z_T|x) = log N(z_0; loc, diag(scale^2)) - sum_t sum_i log dz_(t,i)/dz_(t-1,i)

    An IAF whose step is no line but any rising curve of K sigmoids; its slope is in `zoo.bijectors.deep_sigmoidal`. The
    order of the dimensions is reversed between the steps. It starts near the Gaussian. A step has no inverse in closed
    form: the density is known of its own draws alone.

    Args:
        encoder: a network, `[B, ...]` to `[B, features]`.
        latent_dim: the size D of z.
        steps: how many autoregressive steps, T.
        units: the width of each hidden layer of each step's MADE.
        sigmoids: how many of them a curve has, K.
        context_dim: the size of h(x).

    Returns (of a call on x):
        `tfd.TransformedDistribution` with batch shape `[B]` and event shape `[D]`. Drawing, and its density, is one
        pass.

    Raises:
        InputError: a size that isn't a positive integer; or, of what a call returns, the density of a z that was not
            drawn from it.

    Example:
        >>> import keras
        >>> from zoo.networks.mlp import mlp_encoder
        >>> posterior = NeuralAutoregressive(mlp_encoder((8, 8, 1)), latent_dim=4)
        >>> posterior(keras.ops.zeros([3, 8, 8, 1])).event_shape[0]
        4

    References:
        Huang et al. 2018, "Neural Autoregressive Flows", the deep sigmoidal flow.
    """

    def __init__(self, encoder, latent_dim, steps=2, units=(320,), sigmoids=8, context_dim=64, **kwargs):
        (latent_dim,), (steps,) = check_sizes("latent_dim", (latent_dim,)), check_sizes("steps", (steps,))
        (sigmoids,) = check_sizes("sigmoids", (sigmoids,))
        networks = [MADE(units, outputs=3 * sigmoids, name=f"made_{step}") for step in range(steps)]
        super().__init__(encoder, latent_dim, networks, [latent_dim] * steps, context_dim, **kwargs)

    def step(self, network, number):
        backwards = tfb.Permute(list(reversed(range(self.latent_dim))))
        return [backwards] * (number > 0) + [DeepSigmoidal(network)]
