"""Disentanglement, completeness and informativeness."""

import numpy as np

from zoo.errors import InputError
from zoo.evaluation.factors.factors import check_codes_and_factors
from zoo.numerics.counts import check_count
from zoo.random.keys import low_bits


def dci(codes, factors, folds=5, trees=50, seed=0, progress=None):
    """Disentanglement, completeness and informativeness of codes (DCI), each from 0 to 1.

    A random forest for each factor predicts it from all dimensions. With R_dk the importance of dimension d to factor
    k (the impurity that its splits take away), P_dk = R_dk / sum_k R_dk and Q_dk = R_dk / sum_d R_dk,

        disentanglement = sum_d rho_d (1 + sum_k P_dk log_F P_dk),  rho_d = sum_k R_dk / sum_(d, k) R_dk
        completeness    = 1/F sum_k (1 + sum_d Q_dk log_D Q_dk)
        informativeness = 1/F sum_k (the share of held-out images whose factor k is predicted right)

    All three are means over the folds of a cross-validation. The errors of the first two are the jackknife's that
    leaves out one fold at a time; that of the third is the standard deviation over images, over sqrt(N).

    Args:
        codes: posterior means `[N, D]`, of two dimensions or more.
        factors: integers `[N, F]`, of two factors or more.
        folds: how many parts the images are divided into.
        trees: how many in a forest.
        seed: an int.
        progress: a function called with the number of forests grown since the last call, of folds * F in all.

    Returns:
        A dict of `disentanglement`, `completeness`, `informativeness`, and each one's standard error, `..._se`.

    Raises:
        InputError: codes or factors aren't what they should be, or there is a single dimension or factor.

    Example:
        >>> factors = np.array([[0, 0], [0, 1], [1, 0], [1, 1]] * 10)
        >>> dci(factors[:, ::-1] * [2.0, -3.0], factors)["disentanglement"]
        1.0

    References:
        Eastwood and Williams 2018, "A Framework for the Quantitative Evaluation of Disentangled Representations",
        section 2, with its informativeness as an accuracy instead of an error, as in Locatello et al. 2019.
    """
    codes, factors = check_codes_and_factors(codes, factors)
    if codes.shape[1] < 2 or factors.shape[1] < 2:
        raise InputError(
            f"codes have {codes.shape[1]} and factors {factors.shape[1]} columns, but both need two at least."
        )
    check_count("folds", folds, least=2)
    check_count("trees", trees)
    if folds > len(codes):
        raise InputError(f"folds is {folds}, but there are {len(codes)} images: give no more folds than that.")
    fold_of = np.random.default_rng(seed).permutation(len(codes)) % folds
    scores, right = [], np.empty(factors.shape)
    for fold in range(folds):
        train, test = fold_of != fold, fold_of == fold
        importance = np.empty((codes.shape[1], factors.shape[1]))
        for k in range(factors.shape[1]):
            forest = _forest(trees, seed).fit(codes[train], factors[train, k])
            importance[:, k] = forest.feature_importances_
            right[test, k] = forest.predict(codes[test]) == factors[test, k]
            if progress is not None:
                progress(1)
        scores.append([disentanglement(importance), completeness(importance)])
    means, right = np.mean(scores, axis=0), right.mean(axis=1)
    errors = np.sqrt((folds - 1) / folds * np.sum((scores - means) ** 2, axis=0))
    return {
        "disentanglement": float(means[0]),
        "disentanglement_se": float(errors[0]),
        "completeness": float(means[1]),
        "completeness_se": float(errors[1]),
        "informativeness": float(right.mean()),
        "informativeness_se": float(right.std(ddof=1) / np.sqrt(len(right))),
    }


def _forest(trees, seed):
    from sklearn.ensemble import RandomForestClassifier

    # Each split may use any dimension: were some hidden from it, those of no use would be used too.
    return RandomForestClassifier(trees, max_features=None, min_samples_leaf=5, random_state=low_bits(seed))


def disentanglement(importance):
    """sum_d rho_d (1 - H_F(P_d)): 1 where no dimension serves two factors. A dimension that serves none has no say.

    Args:
        importance: R, non-negative `[D, F]`.

    Example:
        >>> disentanglement(np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]))
        1.0
    """
    share = importance.sum(axis=1) / max(importance.sum(), np.finfo(float).tiny)
    return float(np.sum(share * _exclusiveness(importance)))


def completeness(importance):
    """1/F sum_k (1 - H_D(Q_k)): 1 where no factor uses two dimensions.

    Example:
        >>> completeness(np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]))
        0.75
    """
    return float(np.mean(_exclusiveness(importance.T)))


def _exclusiveness(rows):
    """1 - H(p) / log K of each row's shares p, `[R, K]` to `[R]`; 0 for a row of zeros."""
    sums = rows.sum(axis=1, keepdims=True)
    p = np.where(sums > 0, rows / np.where(sums > 0, sums, 1), 1 / rows.shape[1])
    return 1 + np.sum(p * np.log(np.where(p > 0, p, 1)), axis=1) / np.log(rows.shape[1])
