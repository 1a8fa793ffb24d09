"""Against scikit-learn's mixture, component by component, and against codes whose mixture is known."""

import numpy as np
import pytest
from scipy.special import logsumexp
from scipy.stats import multivariate_normal
from sklearn.mixture import GaussianMixture

from zoo.fitting import gaussian_mixture
from zoo.fitting.gaussian_mixture import fit_gaussian_mixture


def codes(count=800, size=3, components=4):
    rng = np.random.default_rng(0)
    spread, centres = rng.normal(size=(components, size, size)), 5 * rng.normal(size=(components, size))
    return np.concatenate([rng.normal(size=(count, size)) @ a + b for a, b in zip(spread, centres, strict=True)])


def log_likelihood(z, weights, means, covariances):
    each = [
        np.log(w) + multivariate_normal(m, c).logpdf(z) for w, m, c in zip(weights, means, covariances, strict=True)
    ]
    return logsumexp(each, axis=0).mean()


def test_a_step_is_scikit_learns(monkeypatch):
    z = codes()
    theirs = GaussianMixture(4, max_iter=1, reg_covar=0, random_state=0, tol=0)
    with pytest.warns(match="did not converge"):
        theirs.fit(z)
    # In pieces, that the sums over pieces are tried too.
    monkeypatch.setattr(gaussian_mixture, "NUMBERS", 5000)
    monkeypatch.setattr(gaussian_mixture, "LEAST", 0.0)
    start = theirs.weights_, theirs.means_, theirs.covariances_
    sums, found = gaussian_mixture._expected(z, *start)
    assert found == pytest.approx(theirs.score(z), abs=1e-9)
    resp = theirs.predict_proba(z)
    weights, means, covariances = gaussian_mixture._maximized(*sums)
    assert np.allclose(weights, resp.mean(0))
    assert np.allclose(means, resp.T @ z / resp.sum(0)[:, None])
    for k in range(4):
        assert np.allclose(covariances[k], np.cov(z.T, aweights=resp[:, k], bias=True), atol=1e-8)


def test_it_ends_where_scikit_learns_does():
    z = codes()
    theirs = GaussianMixture(4, random_state=0, tol=1e-6).fit(z)
    assert log_likelihood(z, *fit_gaussian_mixture(z, 4)) == pytest.approx(theirs.score(z), abs=0.05)


def test_codes_of_any_scale_are_fitted_alike():
    z = codes()
    scale, shift = np.array([1e-3, 1.0, 1e3]), np.array([5.0, 0.0, -1e4])
    plain, scaled = fit_gaussian_mixture(z, 4, seed=1), fit_gaussian_mixture(z * scale + shift, 4, seed=1)
    assert np.allclose(scaled[0], plain[0], atol=1e-4)
    assert np.allclose((scaled[1] - shift) / scale, plain[1], atol=1e-2)
    assert np.allclose(scaled[2] / np.outer(scale, scale), plain[2], atol=1e-2)


@pytest.mark.parametrize("z", [np.zeros([5, 2]), np.ones([1, 3]), np.eye(4), np.tile(np.eye(2), (10, 1))])
def test_few_and_equal_codes_have_positive_covariances(z):
    weights, means, covariances = fit_gaussian_mixture(z, min(3, len(z)))
    assert np.isfinite(means).all() and (weights > 0).all()
    assert (np.linalg.eigvalsh(covariances) > 0).all()
