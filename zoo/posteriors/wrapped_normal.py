"""The wrapped normal posterior on the Poincare ball."""

import math

from keras import ops

from zoo.distributions.diagonal_normal import diagonal_normal
from zoo.distributions.wrapped_normal import WrappedNormal as Distribution
from zoo.distributions.wrapped_normal import from_center
from zoo.numerics.counts import check_positive
from zoo.posteriors.headed import Headed
from zoo.support import Support

#: How far from the centre loc stays, in the metric of curvature -1: draws around it have room up to 12.
REACH = 8.0


class WrappedNormal(Headed):
    """q(z|x): z = exp_loc(v), v ~ N(0, diag(scale(x)^2)), loc = exp_0(u(x)), in a space of curvature -c.

    [u, raw] = W encoder(x) + b, scale = softplus(raw) + 1e-4; u is shortened so that loc is nearer than 8 / sqrt(c) to
    the centre. Codes are in units of the ball's radius 1 / sqrt(c): the unit ball has all curvatures.

    Args:
        encoder: a network, `[B, ...]` to `[B, features]`.
        latent_dim: the size D of z.
        curvature: c, positive: the prior's, as a rule.

    Returns (of a call on x):
        `zoo.distributions.wrapped_normal.WrappedNormal` with batch shape `[B]` and event shape `[D]`.

    Raises:
        InputError: `latent_dim` isn't a positive integer, or the curvature isn't positive.

    Example:
        >>> from zoo.networks.mlp import mlp_encoder
        >>> posterior = WrappedNormal(mlp_encoder((8, 8, 1)), latent_dim=2)
        >>> tuple(posterior(ops.ones([3, 8, 8, 1])).loc.shape)
        (3, 2)

    References:
        Mathieu et al. 2019, "Continuous Hierarchical Representations with Poincare Variational Auto-Encoders", section
        3.
    """

    support = Support.BALL

    def __init__(self, encoder, latent_dim, curvature=1.0, **kwargs):
        super().__init__(encoder, latent_dim, **kwargs)
        check_positive("curvature", curvature)
        self.curvature = float(curvature)

    def given(self, statistics, log_joint=None):
        normal, root = diagonal_normal(*statistics).distribution, math.sqrt(self.curvature)
        u = root * normal.loc
        u = u / ops.sqrt(1 + ops.sum(ops.square(u / REACH), axis=-1, keepdims=True))
        return Distribution(from_center(u)[0], root * normal.scale)
