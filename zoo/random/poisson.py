"""Poisson variates."""

import math

import numpy as np
from keras import ops

from zoo.numerics.log_gamma import log_gamma
from zoo.random.threefry import split, uniform

#: Rates below this are drawn by their cumulative probabilities, the others by proposals.
SMALL = 10.0
#: Of a rate below 10, 41 or more comes once in 10^12 draws.
TERMS = 41
#: Of so many proposals one is accepted, but for one draw in a million; then it is the last.
TRIES = 8


def poisson_variate(rate, key, shape=(), tolerance=0.0):
    """Whole numbers of the probabilities exp(-rate) rate^k / k!.

    Where the rate is below 10 a uniform is looked up among the cumulative probabilities of 0 ... 40, and beyond is 41.
    Above, it is Hörmann's PTRS: the first of 8 proposals that is accepted.

    Args:
        rate: positive float tensor, at most 10^6: float32 is too coarse for more.
        key: int32 `[2]`.
        shape: the sample's shape, in front of the rate's.
        tolerance: added to what steps hang on, relative to 1 + rate; see `zoo.random.sides`.

    Returns:
        Tensor `shape + rate.shape`.

    Example:
        >>> from zoo.random import key
        >>> x = poisson_variate(ops.convert_to_tensor([0.5, 400.0]), key(7), (10_000,))
        >>> [round(float(each)) for each in ops.mean(x, axis=0)]
        [0, 400]

    References:
        Hörmann 1993, "The Transformed Rejection Method for Generating Poisson Random Variables".
    """
    keys, size = split(key), (*shape, *ops.shape(rate))
    small = rate < SMALL
    few = _by_table(ops.where(small, rate, 1.0), uniform(keys[0], size) + tolerance)
    many = _by_proposals(ops.where(small, SMALL, rate), keys[1], size, tolerance)
    return ops.where(small, few, many)


def _by_table(rate, u):
    counts = np.arange(TERMS, dtype="float32")
    log_factorials = np.array([math.lgamma(k + 1) for k in range(TERMS)], "float32")
    rate = ops.expand_dims(rate, -1)
    ends = ops.cumsum(ops.exp(counts * ops.log(rate) - rate - log_factorials), axis=-1)
    # By differences: TFLite compares no more than four axes of different sizes.
    return ops.sum(ops.cast(ops.expand_dims(u, -1) - ends > 0, "float32"), axis=-1)


def _by_proposals(rate, key, size, tolerance):
    keys, rate = split(key), ops.expand_dims(rate, -1)
    u, v = uniform(keys[0], (*size, TRIES)) - 0.5, uniform(keys[1], (*size, TRIES))
    b = 0.931 + 2.53 * ops.sqrt(rate)
    a = -0.059 + 0.02483 * b
    inside = 0.5 - ops.abs(u)
    k = ops.floor((2 * a / inside + b) * u + rate + 0.43 + tolerance * (1 + rate))
    surely = ops.logical_and(inside >= 0.07, v - (0.9277 - 3.6224 / (b - 2)) <= 0)
    possible = ops.logical_and(k >= 0, ops.logical_or(inside >= 0.013, v <= inside))
    log_v = ops.log(v) + ops.log(1.1239 + 1.1328 / (b - 3.4)) - ops.log(a / (inside * inside) + b)
    kept = ops.where(possible, k, 0 * k + rate)
    perhaps = ops.logical_and(possible, log_v - tolerance <= _log_prob(kept, rate))
    accepted, kept = ops.logical_or(surely, perhaps), ops.maximum(k, 0.0)
    found = kept[..., -1]
    for number in reversed(range(TRIES - 1)):
        found = ops.where(accepted[..., number], kept[..., number], found)
    return found


def _log_prob(k, rate):
    """k log rate - rate - log k!, whose large terms are of one size: less what they are at k = rate."""
    # log k! = log Gamma(k + 1); k (log rate - log k) + k - rate is small near the rate.
    least = ops.maximum(k, 1.0)
    rest = log_gamma(k + 1) - ops.where(k > 0, k * ops.log(least) - k, 0.0)
    return ops.where(k > 0, k * ops.log(rate / least), 0.0) + k - rate - rest
