"""A prior made by spline couplings."""

from keras import ops

from zoo.bijectors.rational_quadratic import RationalQuadratic
from zoo.errors import InputError
from zoo.networks.shapes import check_sizes
from zoo.numerics.counts import check_positive
from zoo.priors.coupling_flow import CouplingFlow


class SplineFlow(CouplingFlow):
    """N(0, I), bent by steps that each take one part of the dimensions through splines as the other part says.

        u_0 ~ N(0, I);  in step t, the dimensions a stay and the others b become
        u_t[b] = spline(u_(t-1)[b]; network_t(u_(t-1)[a]))
        z = loc + scale * u_T
        log p(z) = log N(u_0; 0, I) - sum_t sum_b log spline' - sum_d log scale_d

    The splines are monotone, in K bins from -B to B, and beyond these the identity
    (`zoo.bijectors.rational_quadratic`). One of them makes several modes of one, where an affine step makes none.
    Drawing and the density are both a single pass. How the steps part the dimensions is said in
    `zoo.networks.coupling`. The networks' last layers start at 0: the flow starts as N(0, I), if its steps aren't
    given other weights.

    Args:
        latent_dim: the size D of z, 2 at least.
        steps: how many couplings, T.
        units: the width of each hidden layer of each step's network.
        bins: K, 2 to 50.
        bound: B; of N(0, 1) all but 6 draws of 100,000 lie within the default.

    Returns (of a call):
        `tfd.TransformedDistribution` with event shape `[D]`, no batch shape.

    Raises:
        InputError: a size that isn't a positive integer, or a single dimension, which has no other to go by; `bins` or
            `bound` isn't what they may be.

    Example:
        >>> prior = SplineFlow(latent_dim=2)
        >>> round(float(prior().log_prob([0.0, 0.0])), 4)
        -1.8379

    References:
        Durkan et al. 2019, "Neural Spline Flows", section 3.
    """

    def __init__(self, latent_dim, steps=4, units=(64, 64), bins=8, bound=4.0, **kwargs):
        (bins,) = check_sizes("bins", (bins,))
        if not 2 <= bins <= 50:
            raise InputError(f"bins is {bins}, but must be 2 to 50.")
        check_positive("bound", bound)
        super().__init__(latent_dim, steps, units, numbers=3 * bins - 1, **kwargs)
        self.bins, self.bound = bins, bound

    def move(self, numbers):
        each = 3 * self.bins - 1
        shape = (*ops.shape(numbers)[:-1], numbers.shape[-1] // each, each)
        return RationalQuadratic(ops.reshape(numbers, shape), self.bound)
