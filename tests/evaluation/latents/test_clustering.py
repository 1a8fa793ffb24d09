import numpy as np
import pytest
from sklearn.metrics import normalized_mutual_info_score

from zoo.errors import InputError
from zoo.evaluation.latents.clustering import clustering_scores


def test_the_names_of_clusters_do_not_matter():
    labels = np.repeat([7, 3, 5], 10)
    scores = clustering_scores(np.repeat([1, 2, 0], 10), labels)
    assert scores == {"accuracy": 1, "majority": 1, "nmi": pytest.approx(1)} | {
        "accuracy_se": 0,
        "majority_se": 0,
        "nmi_se": pytest.approx(0, abs=1e-9),
    }


def test_a_greedy_assignment_is_not_the_best():
    """The largest cell, 5, would leave 0 for the other cluster; 4 + 4 is better. The majorities are 5 and 4."""
    table = np.array([[5, 4], [4, 0]])
    clusters, labels = (np.repeat(index.ravel(), table.ravel()) for index in np.indices(table.shape))
    scores = clustering_scores(clusters, labels)
    assert scores["accuracy"] == pytest.approx(8 / 13)
    assert scores["majority"] == pytest.approx(9 / 13)


def test_clusters_left_over_are_wrong_for_the_one_and_not_for_the_other():
    scores = clustering_scores([0, 0, 1, 2, 2, 3], [0, 0, 0, 1, 1, 1])
    assert scores["accuracy"] == pytest.approx(4 / 6)
    assert scores["majority"] == 1


def test_nmi_is_scikit_learns(rng):
    labels = rng.integers(4, size=300)
    clusters = np.where(rng.random(300) < 0.6, labels, rng.integers(6, size=300))
    assert clustering_scores(clusters, labels)["nmi"] == pytest.approx(normalized_mutual_info_score(labels, clusters))


def test_clusters_of_no_use_have_the_share_of_the_largest_class():
    labels = np.repeat([0, 1], [70, 30])
    scores = clustering_scores(np.zeros(100, int), labels)
    assert (scores["accuracy"], scores["nmi"]) == (pytest.approx(0.7), 0)
    assert scores["accuracy_se"] == pytest.approx(np.sqrt(0.7 * 0.3 / 100), rel=0.2)


def test_the_error_counts_the_seeds_too(rng):
    """Two clusterings of which one is right and one is worthless: the mean of two such moves by 0.25 / sqrt(2)."""
    labels = np.arange(2000) % 2
    scores = clustering_scores(np.stack([labels, 0 * labels]), labels, resamples=500)
    assert scores["accuracy"] == pytest.approx(0.75)
    assert scores["accuracy_se"] == pytest.approx(0.25 / np.sqrt(2), rel=0.1)


def test_what_does_not_fit_is_refused():
    with pytest.raises(InputError, match=r"clusters are \(1, 3\) and labels \(2,\)"):
        clustering_scores([0, 1, 0], [0, 1])
    for clusters in ([-1, 0], [0.5, 1.0]):
        with pytest.raises(InputError, match="integers from 0"):
            clustering_scores(clusters, [0, 1])
