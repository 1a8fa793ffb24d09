"""The continuous Bernoulli distribution of numbers from 0 to 1."""

import numpy as np
from keras import ops

from zoo.distributions.scalar import Scalar
from zoo.numerics.stable import log1mexp
from zoo.probability import tfd, tfp
from zoo.random import draw, from_uniform, uniform


class ContinuousBernoulli(Scalar):
    """A density on [0, 1] whose logarithm is linear.

        log p(x) = l x - log Z(l),   Z(l) = int_0^1 exp(l t) dt = (exp(l) - 1) / l

    It is a Bernoulli's x log p + (1 - x) log(1 - p), p = sigmoid(l), with the constant that makes a density of it,
    log C = softplus(l) - log Z(l). Written as

        log p(x) = -|l| d - log(1 - exp(-|l|)) + log |l|,   d = 1 - x if l > 0 else x

    nothing is lost far out, and within 1/2 of l = 0, where the two logarithms cancel, the series

        log Z(l) = l/2 + l^2/24 - l^4/2880 + l^6/181440

    takes over.

    Args:
        logits: float tensor l.

    Example:
        >>> round(float(ContinuousBernoulli(ops.convert_to_tensor(2.0)).log_prob(1.0)), 4)
        0.8386

    References:
        Loaiza-Ganem and Cunningham 2019, "The Continuous Bernoulli: Fixing a Pervasive Error in Variational
        Autoencoders".
    """

    def __init__(self, logits, name="ContinuousBernoulli"):
        super().__init__(name, reparameterized=True, logits=logits)

    @classmethod
    def _parameter_properties(cls, dtype, num_classes=None):
        return {"logits": tfp.util.ParameterProperties()}

    def _log_prob(self, x):
        near, far, small = _parted(self.logits, 0.5)
        square = near * near
        series = near / 2 + square * (1 / 24 - square * (1 / 2880 - square / 181440))
        edge = ops.where(self.logits > 0, 1.0, 0.0)
        closed = self.logits * (x - edge) - log1mexp(far) + ops.log(far)
        return ops.where(small, self.logits * x - series, closed)

    def _mean(self):
        """1 / (1 - exp(-l)) - 1 / l, as the distance from the nearer edge, which loses no digits."""
        near, far, small = _parted(self.logits, 0.5)
        square = near * near
        series = 0.5 + near * (1 / 12 - square * (1 / 720 - square * (1 / 30240 - square / 1209600)))
        from_edge = 1 / far - ops.exp(-far) / (1 - ops.exp(-far))
        return ops.where(small, series, ops.where(self.logits > 0, 1 - from_edge, from_edge))

    def _sample_n(self, n, seed=None):
        return from_uniform(self, tfd.Uniform(ops.zeros_like(self.logits), 1.0).sample(n, seed=seed))


def logit_of_mean(mean):
    """The logit of a continuous Bernoulli of that mean, by bisection; within 1000 of 0. NumPy.

    Args:
        mean: numbers from 0 to 1, of any shape.

    Example:
        >>> float(round(logit_of_mean(0.6565), 3)), float(round(logit_of_mean(0.0)))
        (2.0, -1000.0)
    """
    mean = np.asarray(mean, "float64")
    # Of the half below 1/2, whose logits are below 0: -l is 1 / (the distance from 0) at most.
    distance = np.minimum(mean, 1 - mean)
    low, high = np.full_like(mean, 1e-9), np.full_like(mean, 1000.0)
    for _ in range(60):
        middle = (low + high) / 2
        # The mean is the lower the larger |l| is.
        above = 1 / middle + 1 / np.expm1(-middle) + 1 > distance
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return np.where(mean < 0.5, -high, high) * (distance < 0.5)


def _parted(logits, most):
    """The logits where they are small, |logits| where they aren't, and which are: each such that all is finite."""
    small = ops.abs(logits) < most
    return ops.where(small, logits, 0.0), ops.where(small, 1.0, ops.abs(logits)), small


@from_uniform.register(ContinuousBernoulli)
def _(distribution, u):
    """F^-1(u) = log(1 + u (exp(l) - 1)) / l, from the nearer edge; near l = 0 the series in l."""
    near, far, small = _parted(distribution.logits, 0.125)
    # The cumulants of a black or white pixel that is white with probability u.
    second, odd = u * (1 - u), 1 - 2 * u
    series = u + near * second * (1 / 2 + near * (odd / 6 + near * (1 - 6 * second) / 24))
    right = distribution.logits > 0
    v = ops.where(right, u, 1 - u)
    from_edge = -ops.log(v + (1 - v) * ops.exp(-far)) / far
    return ops.where(small, series, ops.where(right, 1 - from_edge, from_edge))


@draw.register(ContinuousBernoulli)
def _(distribution, key, shape=()):
    return from_uniform(distribution, uniform(key, (*shape, *ops.shape(distribution.logits))))
