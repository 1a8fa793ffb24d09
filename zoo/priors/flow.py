"""A prior made by affine couplings."""

from zoo.bijectors.affine import Affine
from zoo.networks.coupling import shift_and_log_scale
from zoo.priors.coupling_flow import CouplingFlow


class Flow(CouplingFlow):
    """N(0, I), bent by steps that each scale and shift one part of the dimensions as the other part says.

        u_0 ~ N(0, I);  in step t, the dimensions a stay and the others b become
        u_t[b] = u_(t-1)[b] * exp(s_t) + m_t,   [m_t, r_t] = network_t(u_(t-1)[a]),  s_t = 2 tanh(r_t / 2)
        z = loc + scale * u_T
        log p(z) = log N(u_0; 0, I) - sum_t sum_b s_t - sum_d log scale_d

    Drawing and the density are both a single pass. Steps 2 i and 2 i + 1 part the dimensions by bit i of their number,
    with the roles exchanged; after the last bit comes the first again. Any two dimensions are parted by one of the
    bits. The networks' last layers start at 0: the flow starts as N(0, I), if its steps aren't given other weights.

    Args:
        latent_dim: the size D of z, 2 at least.
        steps: how many couplings, T.
        units: the width of each hidden layer of each step's network.

    Returns (of a call):
        `tfd.TransformedDistribution` with event shape `[D]`, no batch shape.

    Raises:
        InputError: a size that isn't a positive integer, or a single dimension, which has no other to go by.

    Example:
        >>> prior = Flow(latent_dim=2)
        >>> round(float(prior().log_prob([0.0, 0.0])), 4)
        -1.8379

    References:
        Dinh et al. 2017, "Density Estimation Using Real NVP", section 3; Chen et al. 2017, "Variational Lossy
        Autoencoder", section 3.2, for a flow as the prior of a VAE.
    """

    def __init__(self, latent_dim, steps=8, units=(64, 64), **kwargs):
        super().__init__(latent_dim, steps, units, numbers=2, **kwargs)

    def move(self, numbers):
        return Affine(*shift_and_log_scale(numbers))
