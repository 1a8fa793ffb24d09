"""The Beta distribution, squeezed so that black and white pixels lie inside it."""

import math

from keras import ops

from zoo.distributions.scalar import Scalar
from zoo.numerics.log_gamma import stirling_remainder
from zoo.probability import tfp
from zoo.random import draw, sides
from zoo.random.gamma import log_gamma_variate

#: Grey values, N.
LEVELS = 256


class SqueezedBeta(Scalar):
    """A density of pixels x whose squeezed values y are Beta distributed: y = (x (N - 1) + 1/2) / N, N = 256.

        log p(x) = (a - 1) log y + (b - 1) log(1 - y) - log B(a, b) + log((N - 1) / N)

    The last term is the logarithm of dy/dx: without it this would be a density of y. A Beta density may be infinite or
    zero at 0 and at 1; the pixels 0 and 1 have y = 1/512 and 511/512. As y goes from 0 to 1, x goes from -1/510 to
    1 + 1/510, over the 256 bins around the pixels k/255, and over these the density integrates to one.

    With Stirling's formula in each of B's three log Gammas, and n = a + b, m = a/n, the large terms cancel:

        log p = -n KL(m || y) - log y (1 - y) + 1/2 log(a b / (2 pi n)) - r(a) - r(b) + r(n) + log((N - 1) / N)

    where KL is that of two Bernoullis, and r what the formula leaves.

    Args:
        a, b: positive float tensors of the same shape, the concentrations.

    Example:
        >>> one = ops.ones([])
        >>> round(float(SqueezedBeta(one, one).log_prob(0.3)), 4), round(math.log(255 / 256), 4)
        (-0.0039, -0.0039)

    References:
        Smithson and Verkuilen 2006, "A Better Lemon Squeezer? Maximum-Likelihood Regression With Beta-Distributed
        Dependent Variables", for the squeeze.
    """

    def __init__(self, a, b, name="SqueezedBeta"):
        super().__init__(name, a=a, b=b)

    @classmethod
    def _parameter_properties(cls, dtype, num_classes=None):
        return {"a": tfp.util.ParameterProperties(), "b": tfp.util.ParameterProperties()}

    def _log_prob(self, x):
        a, b, n = self.a, self.b, self.a + self.b
        # Black and white by themselves, so that 1 - y loses no digits.
        y, z = ((LEVELS - 1) * x + 0.5) / LEVELS, ((LEVELS - 1) * (1 - x) + 0.5) / LEVELS
        off = a / n - y
        divergence = a * ops.log1p(off / y) + b * ops.log1p(-off / z)
        constant = stirling_remainder(n) - stirling_remainder(a) - stirling_remainder(b)
        scale = 0.5 * ops.log(a / n * b / (2 * math.pi)) + math.log((LEVELS - 1) / LEVELS)
        return scale - divergence - ops.log(y) - ops.log(z) + constant

    def _mean(self):
        return _unsqueezed(self.a / (self.a + self.b))


def _unsqueezed(y):
    return (LEVELS * y - 0.5) / (LEVELS - 1)


def _drawn(distribution, key, tolerance, shape):
    """y = G_a / (G_a + G_b) of two Gamma variates, by their logarithms."""
    alpha = ops.stack([distribution.a, distribution.b], axis=-1)
    log_gamma = log_gamma_variate(alpha, key, shape, tolerance)
    return _unsqueezed(ops.sigmoid(log_gamma[..., 0] - log_gamma[..., 1]))


@draw.register(SqueezedBeta)
def _(distribution, key, shape=()):
    return _drawn(distribution, key, 0.0, shape)


@sides.register(SqueezedBeta)
def _(distribution, key, tolerance, shape=()):
    return _drawn(distribution, key, -tolerance, shape), _drawn(distribution, key, tolerance, shape)
