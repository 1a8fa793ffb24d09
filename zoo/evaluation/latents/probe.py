"""Linear probe and nearest neighbours: how well codes tell the images' labels."""

import numpy as np

from zoo.callbacks.progress import progress_bar
from zoo.errors import InputError
from zoo.evaluation.judgement import Found, judgement
from zoo.evaluation.latents.clustering import clustering_scores
from zoo.evaluation.latents.codes import codes
from zoo.evaluation.latents.components import has_components, responsibilities
from zoo.evaluation.mean_and_error import share_and_error
from zoo.evaluation.subset import subset
from zoo.numerics.counts import check_count
from zoo.random.keys import low_bits


@judgement(examples=5000, needs="encodes")
def latents(run, model, examples, seed, console):
    """Codes and labels: linear probe, nearest neighbours, clustering.

    Probes are fitted to training codes and clusterings, and judged on test codes. A mixture prior's own components are
    a clustering too.
    """
    train, test = run.splits.train, run.splits.test
    if train.labels is None:
        raise InputError(f"{run.card.data.name} has no labels to judge latents by.")
    # Of those that have one.
    known = [np.flatnonzero(np.asarray(split.labels) >= 0) for split in (train, test)]
    chosen = [
        np.intersect1d(subset(split.images, examples), each) for split, each in zip((train, test), known, strict=True)
    ]
    labels = [np.asarray(split.labels)[which] for split, which in zip((train, test), chosen, strict=True)]
    batches = run.train_batches(chosen[0]), run.test_batches(chosen[1])
    with progress_bar(console, "steps") as bar:
        task = bar.add_task("codes and probes", total=sum(map(len, chosen)) + 12, text="")
        advance = lambda count: bar.advance(task, count)  # noqa: E731
        of_train, of_test = (codes(model, each, progress=advance) for each in batches)
        found = latent_scores(of_train, labels[0], of_test, labels[1], seed, progress=advance)
    if has_components(model):
        # The prior's own clusters: the component that each code most probably comes from.
        scores = clustering_scores(responsibilities(model, of_test).argmax(axis=1), labels[1], seed)
        found |= {f"prior_{name}": value for name, value in scores.items()}
    return Found(found | {"num_examples": len(chosen[1])})


def latent_scores(train_codes, train_labels, test_codes, test_labels, seed=0, runs=5, progress=None):
    """Probes and clusterings of codes, fitted to the training codes and judged on the test codes.

    Args:
        train_codes: `[N, D]`; see `zoo.evaluation.latents.codes`.
        train_labels: integers or names `[N]`; the clusterings don't see them.
        test_codes: `[M, D]`.
        test_labels: `[M]`.
        seed: an int.
        runs: how many times each clustering is done, from as many seeds.
        progress: a function called with the number of fits done since the last call, of 2 + 2 runs in all.

    Returns:
        A dict of `linear_probe`, `nearest_neighbours` (accuracies), and for `kmeans` and `mixture` each, with as many
        clusters as there are labels, `..._accuracy`, `..._majority` and `..._nmi`, as `clustering_scores` has them; and
        each figure's standard error under its name with `_se`.

    Raises:
        InputError: codes and labels, or training and test codes, don't fit each other, or there are none.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> labels = np.arange(200) % 2
        >>> z = labels[:, None] * 10 + rng.normal(size=(200, 2))
        >>> latent_scores(z[:100], labels[:100], z[100:], labels[100:])["kmeans_accuracy"]
        1.0
    """
    progress = progress or (lambda count: None)
    train, test = (_check(*both) for both in ((train_codes, train_labels), (test_codes, test_labels)))
    if train[0].shape[1] != test[0].shape[1] or not len(test[0]):
        raise InputError(f"test_codes are {test[0].shape}, but must be [M, {train[0].shape[1]}], one at least.")
    check_count("runs", runs)
    count = len(np.unique(train[1]))
    if not 2 <= count <= len(train[0]):
        raise InputError(f"train_labels have {count} different values in {len(train[0])}: give more examples.")
    found = {}
    for probe in (linear_probe, nearest_neighbours):
        score, error = probe(*train, *test)
        found |= {probe.__name__: score, f"{probe.__name__}_se": error}
        progress(1)
    for name, fit in (("kmeans", kmeans), ("mixture", gaussian_mixture)):
        clusters = []
        for run in range(runs):
            clusters.append(fit(train[0], test[0], count, seed + run))
            progress(1)
        scores = clustering_scores(np.stack(clusters), test[1], seed)
        found |= {f"{name}_{key}": value for key, value in scores.items()}
    return found


def _check(codes, labels):
    codes, labels = np.asarray(codes, "float64"), np.asarray(labels)
    if codes.ndim != 2 or labels.shape != codes.shape[:1] or not np.isfinite(codes).all():
        raise InputError(
            f"codes are {codes.shape} and labels {labels.shape}, but must be finite numbers [N, D] and labels [N]."
        )
    return codes, labels


def linear_probe(train_codes, train_labels, test_codes, test_labels):
    """The share of test labels that `probed` gets right, and its error.

    Args:
        train_codes, train_labels, test_codes, test_labels: as for `latent_scores`.

    Returns:
        The accuracy p and its binomial standard error, sqrt(p (1 - p) / M).
    """
    return share_and_error(probed(train_codes, train_labels, test_codes) == test_labels)


def probed(train_codes, train_labels, test_codes):
    """The labels `[M]` that a logistic regression on the standardized codes gives the test codes.

    Args:
        train_codes, train_labels, test_codes: as for `latent_scores`.

    Example:
        >>> z = np.array([[-1.0], [-2.0], [1.0], [2.0]])
        >>> probed(z, np.array([0, 0, 1, 1]), np.array([[-3.0], [3.0]])).tolist()
        [0, 1]

    References:
        Alain and Bengio 2017, "Understanding Intermediate Layers Using Linear Classifier Probes".
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    return model.fit(train_codes, train_labels).predict(test_codes)


def nearest_neighbours(train_codes, train_labels, test_codes, test_labels, neighbours=5):
    """The share of test labels that most of the nearest training codes have, by Euclidean distance, and its error.

    Returns:
        The accuracy p and its binomial standard error, sqrt(p (1 - p) / M).
    """
    from sklearn.neighbors import KNeighborsClassifier

    # The codes keep their scales, which the prior gave them: what is hardly used should hardly count.
    model = KNeighborsClassifier(min(neighbours, len(train_codes)))
    return share_and_error(model.fit(train_codes, train_labels).predict(test_codes) == test_labels)


def kmeans(train_codes, test_codes, clusters, seed):
    """The number of the mean nearest to each test code, integers `[M]`; the means are fitted to the training codes."""
    from sklearn.cluster import KMeans

    return KMeans(clusters, n_init=1, random_state=low_bits(seed)).fit(train_codes).predict(test_codes)


def gaussian_mixture(train_codes, test_codes, clusters, seed):
    """Each test code's most probable component, integers `[M]`, of a mixture that is fitted to the training codes.

    The Gaussians have full covariances, and start at the clusters of k-means.
    """
    from sklearn.mixture import GaussianMixture

    return GaussianMixture(clusters, random_state=low_bits(seed)).fit(train_codes).predict(test_codes)
