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


def share_and_error(true):
    """The share p of N cases in which something is so, and its binomial standard error, sqrt(p (1 - p) / N).

    Args:
        true: booleans `[N]`.

    Example:
        >>> share_and_error(np.array([True, False, True, True]))
        (0.75, 0.21650635094610965)
    """
    p = float(np.mean(true))
    return p, float(np.sqrt(p * (1 - p) / len(true)))


def error_of_mean(errors):
    """The standard error of the mean of N independent estimates, from each one's own: sqrt(sum_n error_n^2) / N.

    Args:
        errors: `[N]`.

    Returns:
        A float, or None where one isn't known.

    Example:
        >>> error_of_mean(np.array([3.0, 4.0])), error_of_mean(np.array([3.0, np.nan]))
        (2.5, None)
    """
    return None if np.isnan(errors).any() else float(np.sqrt(np.sum(np.square(errors))) / len(errors))
