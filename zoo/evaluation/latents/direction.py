"""The direction in which codes of images with an attribute lie from those of images without."""

import numpy as np
from scipy.stats import rankdata

from zoo.errors import InputError


def between_means(codes, has):
    """The attribute vector: the mean code of the images that have it less that of the others.

    Args:
        codes: `[N, D]`.
        has: which images have the attribute, booleans `[N]`.

    Returns:
        float64 `[D]`.

    Raises:
        InputError: all images have it, or none, or the codes aren't finite numbers `[N, D]`.

    Example:
        >>> between_means([[0.0, 1.0], [2.0, 1.0], [4.0, 3.0]], [False, False, True]).tolist()
        [3.0, 2.0]

    References:
        Larsen et al. 2016, "Autoencoding beyond pixels using a learned similarity metric", section 3.
    """
    codes, has = _check(codes, has)
    return codes[has].mean(axis=0) - codes[~has].mean(axis=0)


def by_regression(codes, has):
    """The normal of the plane that parts the codes with the attribute from those without, as a step from one to other.

        P(has | z) = 1 / (1 + exp(-(w z + b))),   v = w (w d) / (w w),   d = `between_means`

    w is scikit-learn's, with its penalty |w|^2 / 2. What the attribute has in common with another, which goes along
    with it in most images, is in the means and not in w. A step is as long as that between the means in w's direction.

    Args:
        codes, has: as of `between_means`.

    Returns:
        float64 `[D]`.

    Raises:
        InputError: as from `between_means`.

    Example:
        >>> z = np.random.default_rng(0).normal(size=(1000, 2))
        >>> v = by_regression(z, z[:, 0] > 0)
        >>> bool(abs(v[1]) < 0.05 * v[0])
        True
    """
    from sklearn.linear_model import LogisticRegression

    codes, has = _check(codes, has)
    w = LogisticRegression(max_iter=1000).fit(codes, has).coef_[0]
    return w * (w @ between_means(codes, has)) / np.maximum(w @ w, np.finfo(float).tiny)


def ranked_above(codes, has, vector):
    """How often an image that has the attribute lies further along a vector than one that hasn't, and its error.

    It is the area under the ROC curve of z v: 1/2 where the vector says nothing, 1 where it tells all.

    Args:
        codes, has: as of `between_means`.
        vector: v, `[D]`.

    Returns:
        The share of pairs, of which equal ones are half, and its standard error by the formula of DeLong.

    Raises:
        InputError: as from `between_means`.

    Example:
        >>> ranked_above([[0.0], [1.0], [2.0], [3.0]], [False, False, True, True], [1.0])
        (1.0, 0.0)

    References:
        DeLong et al. 1988, "Comparing the Areas under Two or More Correlated Receiver Operating Characteristic Curves".
    """
    codes, has = _check(codes, has)
    along = codes @ np.asarray(vector, "float64")
    ranks, counts = rankdata(along), (has.sum(), (~has).sum())
    # Of each image the share of the others, of the other kind, that lie on its right side.
    of_those = (ranks[has] - rankdata(along[has])) / counts[1]
    of_others = 1 - (ranks[~has] - rankdata(along[~has])) / counts[0]
    variances = (np.var(each, ddof=1) / len(each) if len(each) > 1 else 0.0 for each in (of_those, of_others))
    return float(of_those.mean()), float(np.sqrt(sum(variances)))


def _check(codes, has):
    codes, has = np.asarray(codes, "float64"), np.asarray(has, bool)
    if codes.ndim != 2 or has.shape != codes.shape[:1] or not np.isfinite(codes).all():
        raise InputError(
            f"codes are {codes.shape} and has {has.shape}, but must be finite numbers [N, D] and booleans [N]."
        )
    if has.all() or not has.any():
        how_many = "all" if has.any() else "none"
        raise InputError(f"{how_many} of {len(has)} images have the attribute: give some of either.")
    return codes, has
