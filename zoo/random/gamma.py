"""Gamma variates."""

from keras import ops

from zoo.random.threefry import normal, split, uniform

#: Of so many proposals one is accepted, but for one draw in a hundred million.
TRIES = 6


def log_gamma_variate(alpha, key, shape=(), tolerance=0.0):
    """The logarithm of a Gamma(alpha, 1) variate: log G_a = log G_(a + 1) + log(u) / a.

    Args:
        alpha: positive float tensor.
        key: int32 `[2]`.
        shape: the sample's shape, in front of alpha's.
        tolerance: of what a proposal's uniform is compared with; see `zoo.random.sides`.

    Returns:
        Tensor `shape + alpha.shape`.

    Example:
        >>> from zoo.random import key
        >>> x = ops.exp(log_gamma_variate(ops.convert_to_tensor(3.0), key(7), (10_000,)))
        >>> round(float(ops.mean(x)), 1)
        3.0
    """
    keys, size = split(key, 3), (*shape, *ops.shape(alpha))
    proposals, u = normal(keys[0], (*size, TRIES)), uniform(keys[1], (*size, TRIES))
    log_gamma = _log_gamma(ops.expand_dims(alpha + 1, -1), proposals, ops.log(u) - tolerance)
    return log_gamma + ops.log(uniform(keys[2], size)) / alpha


def _log_gamma(alpha, x, log_u):
    """The logarithm of a Gamma variate, alpha >= 1: the first of the proposals that is accepted, else the last.

    With d = alpha - 1/3, c = 1 / sqrt(9 d), w = c x and v = (1 + w)^3 the variate is d v, accepted where

        log u < x^2/2 + d - d v + d log v = 3 d (log(1 + w) - w + w^2/2 - w^3/3)

    References:
        Marsaglia and Tsang 2000, "A Simple Method for Generating Gamma Variables".
    """
    d = alpha - 1 / 3
    w = x / ops.sqrt(9 * d)
    possible, near = w > -0.999, ops.abs(w) < 0.1
    wide = ops.where(possible, w, 0.0)
    close = ops.where(near, w, 0.0)
    series = -(close**4) * (1 / 4 - close * (1 / 5 - close * (1 / 6 - close * (1 / 7 - close / 8))))
    log_1 = ops.log(1 + wide)
    rest = ops.where(near, series, log_1 - wide + wide * wide / 2 - wide**3 / 3)
    accepted = ops.logical_and(possible, log_u < 3 * d * rest)
    found = log_1[..., -1]
    for number in reversed(range(TRIES - 1)):
        found = ops.where(accepted[..., number], log_1[..., number], found)
    return 3 * found + ops.log(d[..., 0])
