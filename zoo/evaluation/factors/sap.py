"""The separated attribute predictability."""

import numpy as np

from zoo.errors import InputError
from zoo.evaluation.bootstrap import bootstrap_error
from zoo.evaluation.factors.factors import check_codes_and_factors


def sap(codes, factors, categorical=(), seed=0, resamples=100):
    """The separated attribute predictability score (SAP), the mean over the factors.

        SAP = 1/F sum_k (S_j(k),k - max_(j != j(k)) S_j,k),  j(k) = argmax_j S_j,k

    For a factor whose values have an order, S is the R^2 of a straight line, cov(z_j, v_k)^2 / (var(z_j) var(v_k)). For
    one that hasn't, it is the mean over the classes of the share that a few thresholds on z_j get right (those of a
    decision tree with as many leaves as there are classes). A code of no use gets 1/C of C classes right, so that such
    a factor adds 1 - 1/C at most.

    Args:
        codes: posterior means `[N, D]`, of two dimensions or more.
        factors: integers `[N, F]`.
        categorical: the columns of `factors` whose values have no order.
        seed: an int.
        resamples: of the bootstrap over images.

    Returns:
        A dict of `sap` and its standard error `sap_se`.

    Raises:
        InputError: codes or factors aren't what they should be, or there is a single dimension.

    Example:
        >>> factors = np.array([[0, 0], [0, 1], [1, 0], [1, 1]] * 10)
        >>> round(sap(factors[:, ::-1] * [2.0, -3.0], factors)["sap"], 6)
        1.0

    References:
        Kumar et al. 2018, "Variational Inference of Disentangled Latent Concepts from Unlabeled Observations", section
        3.
    """
    codes, factors = check_codes_and_factors(codes, factors, gap=True)
    categorical = [int(column) for column in categorical]
    if not set(categorical) <= set(range(factors.shape[1])):
        raise InputError(f"categorical is {categorical}, but factors have the columns 0 to {factors.shape[1] - 1}.")

    def gap(examples):
        scores = squared_correlations(codes[examples], factors[examples])
        for k in categorical:
            scores[:, k] = [_balanced_accuracy(z, factors[examples, k]) for z in codes[examples].T]
        ordered = np.sort(scores, axis=0)
        return float(np.mean(ordered[-1] - ordered[-2]))

    return {
        "sap": gap(np.arange(len(codes))),
        "sap_se": float(bootstrap_error(gap, len(codes), seed, resamples)),
    }


def squared_correlations(codes, factors):
    """cov(z_d, v_k)^2 / (var(z_d) var(v_k)), `[D, F]`; 0 for a dimension that never moves.

    Example:
        >>> squared_correlations(np.array([[0.0, 5.0], [-2.0, 5.0]]), np.array([[1], [2]])).tolist()
        [[1.0], [0.0]]
    """
    z, v = codes - codes.mean(axis=0), factors - factors.mean(axis=0)
    variances = np.mean(z**2, axis=0)[:, None] * np.mean(v**2, axis=0)[None, :]
    return (z.T @ v / len(z)) ** 2 / np.where(variances > 0, variances, np.inf)


def _balanced_accuracy(z, classes):
    from sklearn.metrics import recall_score
    from sklearn.tree import DecisionTreeClassifier

    leaves = max(2, len(np.unique(classes)))
    tree = DecisionTreeClassifier(max_leaf_nodes=leaves, class_weight="balanced", random_state=0)
    # A handful of thresholds has little to overfit with: what they were fitted to is what they are judged by.
    predicted = tree.fit(z[:, None], classes).predict(z[:, None])
    return recall_score(classes, predicted, average="macro")
