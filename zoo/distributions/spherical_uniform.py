"""The uniform distribution on the unit sphere."""

import math

from keras import ops

from zoo.numerics.unit_vector import unit_vector
from zoo.random import draw, normal


class SphericalUniform:
    """p(z) = 1 / area, on the unit sphere in R^m.

    Args:
        size: m, at least 2.

    Example:
        >>> round(float(SphericalUniform(2).log_prob([0.0, 1.0])), 4)
        -1.8379
    """

    def __init__(self, size):
        self.size = size

    def log_prob(self, z):
        """log p(z), `[...]`, in nats, at unit vectors z `[..., m]`."""
        return ops.zeros_like(ops.convert_to_tensor(z)[..., 0]) - log_area(self.size)


def log_area(size):
    """The log of the area of the unit sphere in R^m: log 2 + m/2 log pi - log Gamma(m/2).

    Example:
        >>> round(math.exp(log_area(3)) / math.pi, 4)
        4.0
    """
    return math.log(2) + size / 2 * math.log(math.pi) - math.lgamma(size / 2)


@draw.register(SphericalUniform)
def _(distribution, key, shape=()):
    return unit_vector(normal(key, (*shape, distribution.size)))
