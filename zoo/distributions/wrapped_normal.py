"""A normal distribution wrapped onto the Poincare ball."""

import math

from keras import ops

from zoo.random import center, draw, draw_and_log_prob, normal

#: How far from the rim codes keep, which is 12.2 from the centre: beyond it float32 has no digits of 1 - |z|^2.
RIM = 1e-5


class WrappedNormal:
    """A code z at the end of a geodesic from loc: z = exp_loc(v), v ~ N(0, diag(scale^2)), in the unit ball.

        log q(z) = log N(v; 0, diag(scale^2)) + (D - 1) log(r / sinh r) + D log(2 / (1 - |z|^2)),  r = |v| = d(loc, z)

    v has its length in the metric of curvature -1, so that at the centre r = 2 artanh|z|, and along the axes of R^D.
    The last term makes of a density over the ball's own volume one over R^D's. What has the curvature -c in a ball of
    radius 1 / sqrt(c) is this with z and scale times sqrt(c).

    Args:
        loc: points of the ball, float `[..., D]`.
        scale: positive float `[..., D]`.

    Example:
        >>> q = WrappedNormal(ops.zeros([2]), ops.ones([2]))
        >>> round(float(q.log_prob(ops.convert_to_tensor([0.5, 0.0]))), 4)
        -0.6733

    References:
        Mathieu et al. 2019, "Continuous Hierarchical Representations with Poincare Variational Auto-Encoders", section
        3; Nagano et al. 2019, "A Wrapped Normal Distribution on Hyperbolic Space for Gradient-Based Learning".
    """

    def __init__(self, loc, scale):
        self.loc, self.scale = ops.cast(loc, "float32"), ops.cast(scale, "float32")
        self.size = loc.shape[-1]

    def log_prob(self, z):
        """log q(z), `[...]`, in nats, at z `[..., D]`: minus infinity outside the ball."""
        z = ops.convert_to_tensor(z, "float32")
        inside = _squares(z) < 1
        z = ops.where(inside, z, 0.0)
        # |z - loc|^2 / ((1 - |loc|^2) (1 - |z|^2)) = sinh^2(r / 2), without a difference of numbers near 1.
        step, room = z - self.loc, 1 - _squares(self.loc)
        square, both = _squares(step), room * (1 - _squares(z))
        shrink = _shrink(square / both)
        v = 2 * shrink * (room * step - square * self.loc) / both
        log_q = self._log_normal(v / self.scale) + self._log_volume(z, shrink)
        return ops.where(inside[..., 0], log_q, -float("inf"))

    def _log_normal(self, noise):
        log_scale = ops.sum(ops.log(self.scale), axis=-1)
        return -_squares(noise)[..., 0] / 2 - log_scale - self.size / 2 * math.log(2 * math.pi)

    def _log_volume(self, z, shrink):
        return ((self.size - 1) * ops.log(shrink) + self.size * (math.log(2) - ops.log(1 - _squares(z))))[..., 0]


def from_center(v):
    """The point of the ball where the geodesic from the centre along v ends, tanh(r / 2) v / r, r = |v|.

    Args:
        v: float `[..., D]`.

    Returns:
        The point, `[..., D]`, and r, at most 40, `[..., 1]`.

    Example:
        >>> point, _ = from_center(ops.convert_to_tensor([0.0, 1.0]))
        >>> [round(float(each), 4) for each in point]
        [0.0, 0.4621]
    """
    # Of v = 0 the square root would have no gradient, and what it is divided by none either.
    length = ops.sqrt(ops.maximum(_squares(v), 1e-10))
    r = ops.minimum(length, 40.0)
    return ops.tanh(r / 2) / length * v, r


def _squares(x):
    """|x|^2, `[..., 1]`."""
    return ops.sum(ops.square(x), axis=-1, keepdims=True)


def _shrink(square):
    """r / sinh r, of sinh^2(r / 2): a series where that is small, whose gradient is finite at 0."""
    small = square < 0.03
    near, far = ops.where(small, square, 0.0), ops.where(small, 1.0, square)
    series = 1 - near * (2 / 3 - near * (8 / 15 - near * (16 / 35 - near * (128 / 315 - near * 256 / 693))))
    root = ops.sqrt(far * (1 + far))
    return ops.where(small, series, ops.log(ops.sqrt(far) + ops.sqrt(1 + far)) / root)


def _drawn(distribution, key, shape):
    """A draw, the noise that it was made of, and its distance r from loc, `[..., 1]`."""
    loc = distribution.loc
    noise = normal(key, (*shape, *ops.shape(loc)))
    y, r = from_center(distribution.scale * noise)
    # Mobius addition of loc and y, without a difference of numbers near 1: 1 - |y|^2 = 1 / cosh^2(r / 2).
    both, room, end = loc + y, 1 - _squares(loc), ops.exp(-r)
    square = _squares(both)
    z = (square * loc + room * both) / (square + room * 4 * end / ops.square(1 + end))
    z = z * ops.minimum(1.0, (1 - RIM) / ops.sqrt(ops.maximum(_squares(z), 0.25)))
    return z, noise, r


@draw.register(WrappedNormal)
def _(distribution, key, shape=()):
    return _drawn(distribution, key, shape)[0]


@draw_and_log_prob.register(WrappedNormal)
def _(distribution, key, shape=()):
    """The density is that of the noise: far from loc, z has lost digits of it."""
    z, noise, r = _drawn(distribution, key, shape)
    shrink = _shrink(ops.square(ops.exp(r / 2) - ops.exp(-r / 2)) / 4)
    return z, distribution._log_normal(noise) + distribution._log_volume(z, shrink)


@center.register(WrappedNormal)
def _(distribution):
    """The point that the geodesics start from."""
    return distribution.loc
