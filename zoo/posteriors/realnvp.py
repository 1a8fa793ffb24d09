"""The posterior made by affine couplings."""

from zoo.bijectors.affine import Affine
from zoo.networks.coupling import shift_and_log_scale
from zoo.posteriors.coupling_flow import CouplingFlow


class RealNVP(CouplingFlow):
    """A diagonal Gaussian, bent by affine couplings that see a context h(x) of the encoder's.

        z_0 ~ N(loc(x), diag(scale(x)^2));  in step t, the dimensions a stay and the others b become
        z_t[b] = z_(t-1)[b] * exp(s_t) + m_t,   [m_t, r_t] = network_t(z_(t-1)[a], h(x)),   s_t = 2 tanh(r_t / 2)
        log q(z_T|x) = log N(z_0; loc, diag(scale^2)) - sum_t sum_b s_t

    How the steps part the dimensions is said in `zoo.networks.coupling`. The networks' last layers start at 0: the flow
    starts as the Gaussian. Drawing and the density are both a single pass.

    Args:
        encoder: a network, `[B, ...]` to `[B, features]`.
        latent_dim: the size D of z, 2 at least.
        steps: how many couplings, T.
        units: the width of each hidden layer of each step's network.
        context_dim: the size of h(x).

    Returns (of a call on x):
        `tfd.TransformedDistribution` with batch shape `[B]` and event shape `[D]`.

    Raises:
        InputError: a size that isn't a positive integer, or a single dimension, which has no other to go by.

    Example:
        >>> import keras
        >>> from zoo.networks.mlp import mlp_encoder
        >>> posterior = RealNVP(mlp_encoder((8, 8, 1)), latent_dim=4)
        >>> posterior(keras.ops.zeros([3, 8, 8, 1])).event_shape[0]
        4

    References:
        Dinh et al. 2017, "Density Estimation Using Real NVP", equations 4 to 6.
    """

    numbers = 2

    def move(self, numbers):
        return Affine(*shift_and_log_scale(numbers))
