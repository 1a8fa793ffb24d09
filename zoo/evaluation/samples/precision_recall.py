"""Precision, recall, density and coverage of samples, by balls around examples' neighbourhoods."""

import numpy as np

from zoo.evaluation.samples.features import check_features
from zoo.evaluation.samples.neighbours import squared_distances
from zoo.numerics.counts import check_count

_DISTANCES = 4_000_000  # held at once: 32 MB


def precision_recall(real, generated, k=3):
    """The shares of samples among the real examples, and of real examples among the samples.

    Around each example is a ball that reaches to its k-th nearest neighbour in its own set. Precision is the share of
    samples that lie in any real example's ball; recall, the share of real examples that lie in any sample's.

    One outlier makes a large ball: see `density_coverage`. Both depend on the number of examples, and are below 1 for
    equal distributions: compare figures of equal N and M alone.

    Args:
        real: features, `[N, D]`.
        generated: features of samples, `[M, D]`.
        k: which neighbour the balls reach to.

    Returns:
        A dict of `precision`, `precision_se`, `recall` and `recall_se`. The standard errors are over draws of both
        sets, and on the large side.

    Raises:
        InputError: features that don't match, or at most k of them.

    Example:
        >>> x = np.random.default_rng(0).normal(size=[100, 3])
        >>> precision_recall(x, x + 100)["precision"]
        0.0

    References:
        Kynkaanniemi et al. 2019, "Improved Precision and Recall Metric for Assessing Generative Models", equations 1
        and 2; k = 3 is theirs.
    """
    real, generated = _check(real, generated, k)
    precision, precision_error = _share(*_incidence(generated, real, _radii(real, k)[None, :]))
    recall, recall_error = _share(*_incidence(real, generated, _radii(generated, k)[None, :]))
    return {
        "precision": precision,
        "precision_se": precision_error,
        "recall": recall,
        "recall_se": recall_error,
    }


def density_coverage(real, generated, k=5):
    """Density, the number of real balls around a sample over k, and coverage, the share of balls with a sample in them.

    density = 1/(k M) sum_j sum_i 1[y_j in B(x_i)], coverage = 1/N sum_i 1[some y_j in B(x_i)], where the ball B(x_i)
    around a real example reaches to its k-th nearest neighbour among the real ones. Outliers, whose balls are large,
    count for little.

    For equal distributions E[density] = 1 and E[coverage] = 1 - (N-1)...(N-k) / ((N+M-1)...(N+M-k)), in any number of
    dimensions. Density may be above 1, where samples keep to the densest places; it says
    nothing of how different they are.

    Args:
        real: features, `[N, D]`.
        generated: features of samples, `[M, D]`.
        k: which neighbour the balls reach to.

    Returns:
        A dict of `density`, `density_se`, `coverage` and `coverage_se`. The standard errors are over draws of both
        sets; coverage's is on the large side.

    Raises:
        InputError: features that don't match, or at most k of them.

    Example:
        >>> x = np.random.default_rng(0).normal(size=[100, 3])
        >>> density_coverage(x, x)["coverage"]
        1.0

    References:
        Naeem et al. 2020, "Reliable Fidelity and Diversity Metrics for Generative Models", section 3;
        k = 5 is theirs.
    """
    real, generated = _check(real, generated, k)
    touches, held, alone = _incidence(real, generated, _radii(real, k)[:, None])
    n, m = len(real), len(generated)
    coverage, coverage_error = _share(touches, held, alone)
    return {
        "density": float(np.mean(held) / k),
        # A sum over pairs of two samples: each set's part is the variance of its own examples' sums.
        "density_se": float(np.sqrt(np.var(held, ddof=1) / m + n / m * np.var(touches, ddof=1) / m) / k),
        "coverage": coverage,
        "coverage_se": coverage_error,
    }


def _check(real, generated, k):
    check_count("k", k)
    real = check_features(real, "real", least=k + 1)
    generated = check_features(generated, "generated", least=k + 1, width=real.shape[1])
    return real.astype("float64"), generated.astype("float64")


def _blocks(rows, columns):
    step = max(1, _DISTANCES // columns)
    return [slice(start, start + step) for start in range(0, rows, step)]


def _radii(x, k):
    """The squared distance of each example to its k-th nearest neighbour; the nearest of all is itself."""
    blocks = _blocks(len(x), len(x))
    return np.concatenate([np.partition(squared_distances(x[rows], x), k, axis=1)[:, k] for rows in blocks])


def _incidence(rows, columns, squared_radii):
    """Which rows and columns are within a distance that depends on either: the three sums that all figures need.

    Args:
        rows: `[N, D]`.
        columns: `[M, D]`.
        squared_radii: `[1, M]` for balls around the columns, or `[N, 1]` for balls around the rows.

    Returns:
        How many columns each row is with, `[N]`; how many rows each column is with, `[M]`; how many rows each column
        alone is with, `[M]`.
    """
    radii = np.broadcast_to(squared_radii, (len(rows), len(columns)))
    touches, held, alone = [], 0, 0
    for block in _blocks(len(rows), len(columns)):
        within = squared_distances(rows[block], columns) <= radii[block]
        touches.append(np.sum(within, axis=1))
        held = held + np.sum(within, axis=0)
        alone = alone + np.sum(within[touches[-1] == 1], axis=0)
    return np.concatenate(touches), held, alone


def _share(touches, held, alone):
    """The share of rows that are with any column, and about its standard error over draws of both sets.

    Taken as a mean of N independent Bernoulli variables given the columns, its variance is p (1 - p) / N. Without
    column j, all radii as they are, it would be less by alone_j / N: the jackknife's variance (Efron and Stein 1981,
    "The Jackknife Estimate of Variance") is the sum of squares of these about their mean. The radii depend on the sets
    too, so that this is an approximation: in simulations it is between 0.8 and 1.8 of the true spread.
    """
    n, share = len(touches), float(np.mean(touches > 0))
    return share, float(np.sqrt(share * (1 - share) / n + len(held) * np.var(alone) / n**2))
