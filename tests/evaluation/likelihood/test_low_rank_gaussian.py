import itertools

import numpy as np
import pytest
from scipy.stats import multivariate_normal
from sklearn.decomposition import PCA, FactorAnalysis

from zoo.evaluation.likelihood import low_rank_gaussian
from zoo.evaluation.likelihood.low_rank_gaussian import (
    LowRankGaussian,
    Moments,
    factor_analysis,
    independent,
    probabilistic_pca,
)


@pytest.fixture
def x(rng):
    """500 vectors of six numbers, of two factors and noise."""
    loadings, noise = rng.normal(size=(2, 6)), np.array([0.1, 0.2, 0.4, 0.8, 1.0, 2.0])
    return rng.normal(size=(500, 2)) @ loadings + noise * rng.normal(size=(500, 6)) + np.arange(6)


def covariance(gaussian):
    return gaussian.loadings @ gaussian.loadings.T + np.diag(gaussian.noise)


@pytest.mark.parametrize("factors", [0, 2, 6])
def test_log_prob_is_scipys(rng, factors):
    gaussian = LowRankGaussian(rng.normal(size=6), rng.normal(size=(6, factors)), rng.uniform(0.1, 2, size=6))
    y = rng.normal(size=(9, 6))
    assert gaussian.log_prob(y) == pytest.approx(multivariate_normal(gaussian.mean, covariance(gaussian)).logpdf(y))


def test_the_mean_over_a_cube_is_that_by_quadrature(rng):
    gaussian = LowRankGaussian(np.zeros(2), np.array([[1.0], [0.5]]), np.array([0.05, 0.2]))
    nodes, weights = np.polynomial.legendre.leggauss(3)
    width, y = 0.7, np.array([0.3, -0.8])
    # Three nodes are exact for a square.
    expected = sum(
        weights[i] * weights[j] / 4 * gaussian.log_prob(y[None] + width / 2 * nodes[[i, j]])[0]
        for i, j in itertools.product(range(3), repeat=2)
    )
    assert gaussian.log_prob(y[None], width)[0] == pytest.approx(expected)
    assert gaussian.log_prob(y[None])[0] > expected + 0.1


def test_noise_on_a_cube_adds_to_the_moments_what_it_adds(x):
    """Two points at a standard deviation from the middle have a uniform number's variance, in all combinations."""
    width = 0.5
    signs = np.array(list(itertools.product([-1, 1], repeat=6))) * width / np.sqrt(12)
    copies = (x[:, None] + signs).reshape(-1, 6)
    for fit in (probabilistic_pca, lambda moments, k: factor_analysis(moments, k, 0.01)):
        closed, copied = fit(Moments(x.copy(), width, 2), 2), fit(Moments(copies.copy(), 0.0, 2), 2)
        assert closed.mean == pytest.approx(copied.mean)
        assert covariance(closed) == pytest.approx(covariance(copied))


def test_probabilistic_pca_is_scikit_learns(x):
    pca = PCA(2).fit(x)
    # It has the unbiased covariance.
    expected = pca.get_covariance() * (1 - 1 / len(x))
    assert covariance(probabilistic_pca(Moments(x.copy(), 0.0, 4), 2)) == pytest.approx(expected)


def test_factor_analysis_comes_to_scikit_learns_likelihood(x):
    expected = FactorAnalysis(2, tol=1e-9, max_iter=10_000, svd_method="lapack").fit(x).score(x)
    moments = Moments(x.copy(), 0.0, 2)
    scores = [factor_analysis(moments, 2, 1e-6, steps).log_prob(x).mean() for steps in (0, 1, 2, 5, 15, None, 2000)]
    assert np.all(np.diff(scores) > 0)
    assert scores[-1] == pytest.approx(expected, abs=1e-3)
    # Noise of very different sizes is the slowest to be found; what is missing is little of what there is to gain.
    gained = expected - probabilistic_pca(moments, 2).log_prob(x).mean()
    assert expected - scores[-2] < 0.1 * gained


def test_the_least_noise_is_kept_by_a_step_that_still_raises_the_likelihood(x):
    x[:, 0] = x[:, 1]
    moments = Moments(x.copy(), 0.0, 2)
    scores = []
    for steps in range(1, 8):
        gaussian = factor_analysis(moments, 2, 0.3, steps)
        assert gaussian.noise.min() >= 0.3**2 * (1 - 1e-12)
        scores.append(gaussian.log_prob(x).mean())
    assert np.all(np.diff(scores) > -1e-9)
    raised = gaussian.with_noise_of(0.5)
    assert np.array_equal(raised.noise, np.maximum(gaussian.noise, 0.25))


def test_of_no_factor_are_the_variances(x):
    gaussian = independent(Moments(x.copy(), 0.0, 0))
    assert covariance(gaussian) == pytest.approx(np.diag(x.var(axis=0)))


def test_products_are_the_same_with_the_covariance_and_without(x, monkeypatch, rng):
    matrix = rng.normal(size=(6, 3))
    expected = np.cov(x.T, bias=True) @ matrix + 0.01 / 12 * matrix
    for small in (0, 1024):
        monkeypatch.setattr(low_rank_gaussian, "SMALL", small)
        assert Moments(x.copy(), 0.1, 2).times(matrix) == pytest.approx(expected)
