import numpy as np
import pytest
from scipy.stats import norm

from zoo.errors import InputError
from zoo.evaluation.latents.clustering import clustering_scores
from zoo.evaluation.latents.probe import gaussian_mixture, kmeans, latent_scores, linear_probe, nearest_neighbours


def two_gaussians(rng, count, distance):
    labels = rng.integers(2, size=count)
    return rng.normal(size=(count, 2)) + distance * labels[:, None] * [1.0, 0.0], labels


def test_the_linear_probe_is_as_good_as_can_be(rng):
    """Two unit Gaussians at distance 2: the best rule is right with probability Phi(1), the straight line's."""
    score, error = linear_probe(*two_gaussians(rng, 4000, 2.0), *two_gaussians(rng, 4000, 2.0))
    assert error == pytest.approx(np.sqrt(norm.cdf(1) * norm.cdf(-1) / 4000), rel=0.1)
    assert abs(score - norm.cdf(1)) < 4 * error


def test_neighbours_see_what_no_line_does(rng):
    """A ring about a disc."""
    labels = rng.integers(2, size=1000)
    angle = rng.random(1000) * 2 * np.pi
    codes = (1 + 3 * labels)[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    sets = (codes[:500], labels[:500], codes[500:], labels[500:])
    assert nearest_neighbours(*sets) == (1.0, 0.0)
    assert linear_probe(*sets)[0] < 0.7


def test_codes_that_know_nothing_are_right_by_chance(rng):
    labels = rng.integers(10, size=2000)
    codes = rng.normal(size=(2000, 3))
    scores = latent_scores(codes[:1000], labels[:1000], codes[1000:], labels[1000:], runs=1)
    for name in ("linear_probe", "nearest_neighbours"):
        assert abs(scores[name] - 0.1) < 4 * scores[f"{name}_se"]
    for name in ("kmeans_nmi", "mixture_nmi"):
        assert scores[name] < 0.06
    # The best of all assignments has some luck: the largest of many counts.
    assert 0.1 < scores["kmeans_accuracy"] < 0.19


def test_a_mixture_tells_apart_what_means_do_not(rng):
    """A small cluster within reach of a wide one: half way between two means is the wrong place for a border."""
    labels = np.arange(1000) % 2
    codes = rng.normal(size=(1000, 2)) * np.where(labels, 3.0, 0.3)[:, None] + labels[:, None] * [3.0, 0.0]
    means, mixture = (fit(codes, codes, 2, seed=0) for fit in (kmeans, gaussian_mixture))
    assert max(np.mean(mixture == labels), np.mean(mixture != labels)) > 0.95
    assert max(np.mean(means == labels), np.mean(means != labels)) < 0.85


def test_all_figures_are_there_with_their_errors_and_the_same_for_a_seed(rng):
    train, test, done = two_gaussians(rng, 200, 6.0), two_gaussians(rng, 100, 6.0), []
    scores = latent_scores(*train, *test, seed=3, runs=2, progress=done.append)
    clusterings = {f"{name}_{figure}" for name in ("kmeans", "mixture") for figure in ("accuracy", "majority", "nmi")}
    names = {"linear_probe", "nearest_neighbours"} | clusterings
    assert scores.keys() == names | {f"{name}_se" for name in names}
    assert scores["mixture_accuracy"] > 0.98 and scores["kmeans_accuracy"] > 0.98
    assert sum(done) == 2 + 2 * 2
    assert latent_scores(*train, *test, seed=3, runs=2) == scores


def test_the_clusters_of_each_run_are_fitted_to_the_training_codes_from_a_seed_of_its_own(rng):
    train, test = (two_gaussians(rng, 100, 1.0) for _ in range(2))
    scores = latent_scores(*train, *test, seed=3, runs=2)
    for name, fit in (("kmeans", kmeans), ("mixture", gaussian_mixture)):
        clusters = np.stack([fit(train[0], test[0], 2, seed) for seed in (3, 4)])
        expected = clustering_scores(clusters, test[1], seed=3)
        assert {key: scores[f"{name}_{key}"] for key in expected} == expected


def test_labels_may_be_names(rng):
    codes, labels = two_gaussians(rng, 100, 50.0)
    names = np.array(["ant", "bee"])[labels]
    assert latent_scores(codes, names, codes, names, runs=1)["kmeans_accuracy"] == 1


def test_what_does_not_fit_is_refused():
    with pytest.raises(InputError, match=r"codes are \(3, 2\) and labels \(2,\)"):
        latent_scores(np.zeros([3, 2]), [0, 1], np.zeros([3, 2]), [0, 1, 0])
    z, labels = np.arange(8.0).reshape(4, 2), [0, 0, 1, 1]
    with pytest.raises(InputError, match=r"test_codes are \(4, 1\)"):
        latent_scores(z, labels, z[:, :1], labels)
    with pytest.raises(InputError, match=r"test_codes are \(0, 2\)"):
        latent_scores(z, labels, z[:0], [])
    with pytest.raises(InputError, match="runs is 0"):
        latent_scores(z, labels, z, labels, runs=0)
