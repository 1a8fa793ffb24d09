"""Effective sample size of importance weights, and the error of the logarithm of their mean."""

import numpy as np


def effective_size(log_weight):
    """(sum_k w_k)^2 / sum_k w_k^2, from 1 (one weight is all) to K (all are equal).

    Args:
        log_weight: `[K, ...]`.

    Returns:
        float64 `[...]`.

    Example:
        >>> effective_size(np.log([[1.0, 1.0], [1.0, 1e-9]])).round(3).tolist()
        [2.0, 1.0]

    References:
        Owen 2013, "Monte Carlo theory, methods and examples", section 9.3.
    """
    return np.exp(2 * np.logaddexp.reduce(log_weight, axis=0) - np.logaddexp.reduce(2 * log_weight, axis=0))


def collapsed(ess, count, least, enough):
    """Whether so few weights count that the logarithm of their mean may be too low.

    That is an effective size below `least`, of `enough` weights or more; of fewer, below 1 + (least - 1) K / enough,
    since two weights of which one is nearly all have collapsed too.

    Args:
        ess: the effective sample sizes, `[N]`.
        count: K.
        least: the effective size that is wanted.
        enough: how many weights it is wanted of.

    Returns:
        bool `[N]`; or None for a single weight, which can't say.

    Example:
        >>> collapsed(np.array([1.0, 1.6]), count=4, least=2, enough=8).tolist()
        [True, False]
    """
    return None if count == 1 else ess < least - (least - 1) * max(0.0, 1 - count / enough)


def monte_carlo_error(ess, count):
    """The Monte Carlo standard error of the logarithm of a mean of K weights: sqrt(1/ess - 1/K), in nats.

    To first order that is its standard deviation. It is too small where the weights have collapsed: the large ones that
    weren't drawn can't be seen.

    Args:
        ess: the effective sample sizes, `[N]`.
        count: K.

    Returns:
        float64 `[N]`; not numbers for K = 1.

    Example:
        >>> monte_carlo_error(np.array([2.0, 4.0]), 4).tolist()
        [0.5, 0.0]
    """
    return np.sqrt(np.maximum(1 / ess - 1 / count, 0)) if count > 1 else np.full(np.shape(ess), np.nan)
