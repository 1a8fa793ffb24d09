"""Whole numbers from 0 on, which vary more than Poisson's."""

import math

from keras import ops

from zoo.distributions.scalar import Scalar
from zoo.numerics.log_gamma import stirling_remainder
from zoo.numerics.stable import log1p
from zoo.probability import tfp
from zoo.random import draw, sides, split
from zoo.random.gamma import log_gamma_variate
from zoo.random.poisson import poisson_variate


class NegativeBinomial(Scalar):
    """P(k) = Gamma(k + r) / (Gamma(r) k!) (r / (r + m))^r (m / (r + m))^k, of mean m and variance m + m^2 / r.

    It is a Poisson's whose rate is Gamma distributed, with mean m and shape r, which is how it is drawn; as r grows it
    comes to Poisson's. With Stirling's formula in each log Gamma the large terms cancel:

        log P = (r + k) log((r + k) / (r + m)) + k log(m / (k + 1)) + 1 - 1/2 log(2 pi (k + 1)) - 1/2 log(1 + k / r)
                - s(k + 1) + s(r + k) - s(r),   s what the formula leaves

    and where r < m, the first two are k log((r + k) / (k + 1)) - k log(1 + r / m) + r log((r + k) / (r + m)).

    A draw's rate is at most 10^6.

    Args:
        mean: m, a positive float tensor.
        dispersion: r, a positive float tensor of the same shape.

    Example:
        >>> p = NegativeBinomial(ops.convert_to_tensor(10.0), ops.convert_to_tensor(2.0))
        >>> round(float(p.log_prob(0.0)), 4)  # 2 log(2 / 12)
        -3.5835

    References:
        Johnson et al. 2005, "Univariate Discrete Distributions", chapter 5.
    """

    def __init__(self, mean, dispersion, name="NegativeBinomial"):
        super().__init__(name, loc=mean, dispersion=dispersion)

    @classmethod
    def _parameter_properties(cls, dtype, num_classes=None):
        return {"loc": tfp.util.ParameterProperties(), "dispersion": tfp.util.ParameterProperties()}

    def _log_prob(self, k):
        m, r = self.loc, self.dispersion
        # Each of the two is of a number that isn't negative, the one that counts.
        above = log1p(ops.maximum(k - m, 0.0) / (r + m)) - log1p(ops.maximum(m - k, 0.0) / (r + k))
        stirling = stirling_remainder(r + k) - stirling_remainder(r) - stirling_remainder(k + 1)
        half = 0.5 * (ops.log(2 * math.pi * (k + 1)) + log1p(k / r))
        of_large_r = (r + k) * above + k * ops.log(m / (k + 1))
        ratio = log1p(ops.maximum(r - 1, 0.0) / (k + 1)) - log1p(ops.maximum(1 - r, 0.0) / (r + k))
        of_small_r = r * above + k * (ratio - log1p(r / m))
        return ops.where(r < m, of_small_r, of_large_r) + 1 - half + stirling

    def _mean(self):
        return self.loc


def _drawn(distribution, key, tolerance, shape):
    keys = split(key)
    log_rate = log_gamma_variate(distribution.dispersion, keys[0], shape, tolerance)
    rate = ops.exp(ops.minimum(log_rate + ops.log(distribution.loc / distribution.dispersion), math.log(1e6)))
    # Of a small shape most rates are nearly 0.
    return poisson_variate(ops.maximum(rate, 1e-30), keys[1], tolerance=tolerance)


@draw.register(NegativeBinomial)
def _(distribution, key, shape=()):
    return _drawn(distribution, key, 0.0, shape)


@sides.register(NegativeBinomial)
def _(distribution, key, tolerance, shape=()):
    return _drawn(distribution, key, -tolerance, shape), _drawn(distribution, key, tolerance, shape)
