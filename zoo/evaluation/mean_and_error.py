"""Means over examples, with their standard errors."""

import numpy as np


def mean_and_error(name, values):
    """The mean of per-example values, and how much it would move for another set of examples: their sd over sqrt(N).

    Args:
        name: what the mean is called.
        values: `[N]`, or `[N, D]` for D means of their own, given as lists.

    Returns:
        A dict of the mean under `name` and its standard error under `NAME_se`, None for a single example.

    Example:
        >>> mean_and_error("elbo", [1.0, 3.0])
        {'elbo': 2.0, 'elbo_se': 1.0}
    """
    error = (np.std(values, axis=0, ddof=1) / np.sqrt(len(values))).tolist() if len(values) > 1 else None
    return {name: np.mean(values, axis=0).tolist(), f"{name}_se": error}


def monte_carlo_error(ess, count):
    """How much a mean of log-mean-weights would move for another seed: sqrt(sum_n (1/ess_n - 1/K)) / N, in nats.

    To first order 1/ess - 1/K is the variance of the logarithm of an example's mean of K weights. It is too small where
    the weights have collapsed: the large ones that weren't drawn can't be seen.

    Args:
        ess: the effective sample sizes, `[N]`.
        count: K.

    Returns:
        A float, or None for K = 1.

    Example:
        >>> monte_carlo_error(np.array([2.0, 2.0]), 4)
        0.353...
    """
    if count == 1:
        return None
    return float(np.sqrt(np.sum(np.maximum(1 / ess - 1 / count, 0))) / len(ess))
