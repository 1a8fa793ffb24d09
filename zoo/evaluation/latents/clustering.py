"""Agreement of clusters that were found without labels with the labels."""

import numpy as np
from scipy.optimize import linear_sum_assignment

from zoo.errors import InputError
from zoo.evaluation.bootstrap import bootstrap_error
from zoo.random.streams import number


def clustering_scores(clusters, labels, seed=0, resamples=200):
    """The agreement of one clustering, or of several of the same images, with the images' labels.

    Args:
        clusters: integers from 0, `[N]`, or `[R, N]` of R clusterings, those of other seeds, say.
        labels: integers or names `[N]`.
        seed: an int.
        resamples: of the bootstrap.

    Returns:
        A dict of `accuracy` (`assigned_accuracy`), `majority` (`majority_accuracy`) and `nmi`
        (`normalized_mutual_information`), means over the R clusterings, and each one's standard error under its name
        with `_se`. It is the bootstrap's, which resamples the images and, where there are several, the clusterings: how
        much the mean would move for other images and other seeds.

    Raises:
        InputError: there aren't as many cluster numbers as labels, or they aren't integers from 0.

    Example:
        >>> scores = clustering_scores([1, 1, 0, 0, 2], [5, 5, 7, 7, 7])
        >>> scores["accuracy"], scores["majority"]
        (0.8, 1.0)
    """
    clusters, labels = np.atleast_2d(clusters), np.unique(labels, return_inverse=True)[1]
    if clusters.ndim != 2 or clusters.shape[1] != len(labels) or len(labels) == 0:
        raise InputError(f"clusters are {clusters.shape} and labels {labels.shape}: give one of each for every image.")
    if clusters.dtype.kind not in "iu" or clusters.min() < 0:
        raise InputError("clusters must be integers from 0: number them so, by np.unique's inverse, say.")
    rows, columns = clusters.max() + 1, labels.max() + 1
    cells = clusters * columns + labels
    draw_runs = np.random.default_rng([seed, number("resamples")])

    def scores(examples, runs):
        tables = [np.bincount(cells[run, examples], minlength=rows * columns).reshape(rows, columns) for run in runs]
        agreements = (assigned_accuracy, majority_accuracy, normalized_mutual_information)
        return [np.mean([agreement(table) for table in tables]) for agreement in agreements]

    values = scores(np.arange(len(labels)), range(len(cells)))
    errors = bootstrap_error(
        lambda examples: scores(examples, draw_runs.integers(len(cells), size=len(cells))), len(labels), seed, resamples
    )
    names = ("accuracy", "majority", "nmi")
    found = {name: float(value) for name, value in zip(names, values, strict=True)}
    return found | {f"{name}_se": float(error) for name, error in zip(names, errors, strict=True)}


def assigned_accuracy(table):
    """The share of images whose cluster is assigned to their label, one cluster to one label, by the best assignment.

        max_m 1/N sum_n [label_n = m(cluster_n)],  m one-to-one, found by the Hungarian method

    With more clusters than labels the clusters left over count as wrong, with fewer the labels left over.

    Args:
        table: how many images there are of each cluster and label, `[clusters, labels]`.

    Example:
        >>> float(assigned_accuracy(np.array([[0, 2], [2, 0], [0, 1]])))
        0.8

    References:
        Xie et al. 2016, "Unsupervised Deep Embedding for Clustering Analysis", section 4; Kuhn 1955, "The Hungarian
        Method for the Assignment Problem".
    """
    return table[linear_sum_assignment(table, maximize=True)].sum() / table.sum()


def majority_accuracy(table):
    """The share of images that have the label most common in their cluster: the purity of the clusters.

    Several clusters may have the same label, so that more clusters do better whatever they are. It is the figure for
    more clusters than labels.

    Example:
        >>> float(majority_accuracy(np.array([[0, 2], [2, 0], [0, 1]])))
        1.0
    """
    return table.max(axis=1).sum() / table.sum()


def normalized_mutual_information(table):
    """I(cluster; label) / ((H(cluster) + H(label)) / 2), from 0 to 1; 1 where there is one cluster and one label.

    The normalization is scikit-learn's: by the arithmetic mean.

    Example:
        >>> float(normalized_mutual_information(np.array([[2, 0], [0, 2]])))
        1.0
    """
    joint = table / table.sum()
    clusters, labels, both = (-np.sum(p[p > 0] * np.log(p[p > 0])) for p in (joint.sum(1), joint.sum(0), joint))
    return 1.0 if clusters + labels == 0 else 2 * (clusters + labels - both) / (clusters + labels)
