"""A mean over examples, with its standard error."""

import numpy as np


def mean_and_error(name, values):
    """The mean of per-example values, and how much it would move for another set of examples: their sd over sqrt(N).

    Args:
        name: what the mean is called.
        values: `[N]`.

    Returns:
        A dict of the mean under `name` and its standard error under `NAME_se`, None for a single example.

    Example:
        >>> mean_and_error("elbo", [1.0, 3.0])
        {'elbo': 2.0, 'elbo_se': 1.0}
    """
    error = float(np.std(values, ddof=1) / np.sqrt(len(values))) if len(values) > 1 else None
    return {name: float(np.mean(values)), f"{name}_se": error}
