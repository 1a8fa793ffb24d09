"""The Frechet distance between two sets of features."""

import numpy as np

from zoo.errors import InputError
from zoo.evaluation.samples.features import check_features

#: Chong and Forsyth's: how many subsets the extrapolation is fitted to, and the smallest one's share of the examples.
POINTS, SMALLEST = 15, 0.1


def frechet_distance(features_a, features_b, replicates=50, seed=0):
    """|m_a - m_b|^2 + tr(C_a + C_b - 2 (C_a C_b)^(1/2)), of the means and covariances of two sets of features.

    It is the squared 2-Wasserstein distance between Gaussians with those moments. On Inception-v3's features it is FID.

    The distance of finite sets is too large, by about c/N, where c grows with the number of features: compare figures
    of equal N alone. The extrapolation is the intercept of a line through the distances of random subsets against one
    over their size, both sets cut alike, as if N were infinite; it may be a little below 0.

    The standard error is the standard deviation over bootstrap replicates of both sets; the extrapolation's has the
    intercept's in it too.

    Args:
        features_a: `[N, D]`.
        features_b: `[M, D]`.
        replicates: of the bootstrap.
        seed: an int, for the bootstrap and the subsets.

    Returns:
        A dict of `distance`, `distance_se`, `extrapolated` and `extrapolated_se`, in squared units of the features. The
        last two are None where a tenth of a set isn't more than D examples: there the bias is no line.

    Raises:
        InputError: fewer than two examples or replicates, or features that don't match.

    Example:
        >>> x = np.random.default_rng(0).normal(size=[100, 3])
        >>> round(frechet_distance(x, x + 2)["distance"], 6)
        12.0

    References:
        Dowson and Landau 1982, "The Frechet Distance between Multivariate Normal Distributions"; Heusel et al. 2017,
        "GANs Trained by a Two Time-Scale Update Rule Converge to a Local Nash Equilibrium", equation 6; Chong and
        Forsyth 2020, "Effectively Unbiased FID and Inception Score and Where to Find Them", for the extrapolation.
    """
    a = check_features(features_a, "features_a", least=2).astype("float64")
    b = check_features(features_b, "features_b", least=2, width=a.shape[1]).astype("float64")
    if replicates < 2:
        raise InputError(f"replicates is {replicates}, but a standard error needs at least 2.")
    rng = np.random.default_rng(seed)
    resampled = [
        _distance(a[rng.integers(len(a), size=len(a))], b[rng.integers(len(b), size=len(b))]) for _ in range(replicates)
    ]
    error = float(np.std(resampled, ddof=1))
    intercept, intercept_error = None, None
    if SMALLEST * min(len(a), len(b)) > a.shape[1]:
        intercept, intercept_error = _extrapolate(a, b, rng)
        # Of the data, and of which subsets they were.
        intercept_error = float(np.hypot(error, intercept_error))
    return {
        "distance": _distance(a, b),
        "distance_se": error,
        "extrapolated": intercept,
        "extrapolated_se": intercept_error,
    }


def _distance(a, b):
    """With C_a = R_a' R_a, the trace of (C_a C_b)^(1/2) is the sum of the singular values of R_a R_b'.

    QR gives R without the covariance, whose small eigenvalues would lose half of their digits and may come out
    negative; nothing here is complex, or needs the covariances to have an inverse.
    """
    mean_a, mean_b = a.mean(axis=0), b.mean(axis=0)
    r_a, r_b = (np.linalg.qr(x - x.mean(axis=0), mode="r") / np.sqrt(len(x) - 1) for x in (a, b))
    between = np.sum((mean_a - mean_b) ** 2)
    within = np.sum(r_a**2) + np.sum(r_b**2) - 2 * np.linalg.norm(r_a @ r_b.T, "nuc")
    # Of equal sets only rounding is left.
    return float(max(between + within, 0.0))


def _extrapolate(a, b, rng):
    """The intercept of the distances against 1 / share, and its standard error."""
    shares = np.linspace(SMALLEST, 1, POINTS)
    distances = [_distance(*(x[rng.permutation(len(x))[: round(share * len(x))]] for x in (a, b))) for share in shares]
    (_, intercept), covariance = np.polyfit(1 / shares, distances, 1, cov=True)
    return float(intercept), float(np.sqrt(covariance[1, 1]))
