"""The standard error of what has no formula for one."""

import numpy as np

from zoo.numerics.counts import check_count


def bootstrap_error(statistic, count, seed=0, resamples=100):
    """The bootstrap's standard error of a statistic of N examples: its standard deviation over resampled examples.

    A resample is N of the examples drawn with replacement.

    Args:
        statistic: a function of integers `[N]`, which examples to take it of, to a number or an array of them.
        count: N.
        seed: an int.
        resamples: how many.

    Returns:
        float64, of the shape of what `statistic` gives.

    Example:
        >>> x = np.random.default_rng(0).normal(size=10_000)
        >>> 0.008 < float(bootstrap_error(lambda examples: x[examples].mean(), len(x))) < 0.012
        True

    References:
        Efron 1979, "Bootstrap Methods: Another Look at the Jackknife", section 2.
    """
    check_count("resamples", resamples, least=2)
    rng = np.random.default_rng(seed)
    return np.std([statistic(rng.integers(count, size=count)) for _ in range(resamples)], axis=0, ddof=1)
