"""The normal prior of a hyperbolic space, the Poincare ball."""

import math
import numbers

from keras import ops

from zoo.distributions.wrapped_normal import WrappedNormal
from zoo.errors import InputError
from zoo.networks.shapes import check_sizes
from zoo.priors.prior import Prior
from zoo.support import Support


class Poincare(Prior):
    """p(z): z = exp_0(v), v ~ N(0, I) in a space of curvature -c, z in units of its ball's radius 1 / sqrt(c).

    As c goes to 0, z / sqrt(c) is N(0, I / 4): half of v, as the ball's metric has it at its centre.

    Args:
        latent_dim: the size D of z.
        curvature: c, positive; at most what leaves codes within float32's reach, 12 from the centre.

    Returns (of a call):
        `zoo.distributions.wrapped_normal.WrappedNormal` of event shape `[D]`, no batch shape.

    Raises:
        InputError: `latent_dim` isn't a positive integer, or the curvature isn't positive, or too large for that size.

    Example:
        >>> prior = Poincare(2)
        >>> round(float(prior().log_prob([0.5, 0.0])), 4)
        -0.6733

    References:
        Mathieu et al. 2019, "Continuous Hierarchical Representations with Poincare Variational Auto-Encoders", section
        3.
    """

    support = Support.BALL

    def __init__(self, latent_dim, curvature=1.0, **kwargs):
        super().__init__(**kwargs)
        (self.latent_dim,) = check_sizes("latent_dim", (latent_dim,))
        most = (12 / (math.sqrt(self.latent_dim) + 4)) ** 2
        number = isinstance(curvature, numbers.Real) and not isinstance(curvature, bool)
        if not number or not 1e-8 <= curvature <= most:
            raise InputError(
                f"curvature is {curvature!r}, but must be a number from 1e-8 to {math.floor(most * 100) / 100}: with "
                f"{self.latent_dim} dimensions and more of it codes lie where float32 has no digits."
            )
        self.curvature = float(curvature)

    def build(self, input_shape=None):
        self.built = True

    def call(self, inputs=None):
        scale = math.sqrt(self.curvature)
        return WrappedNormal(ops.zeros([self.latent_dim]), ops.full([self.latent_dim], scale))
