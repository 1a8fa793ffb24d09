import numpy as np
import pytest
from keras import ops
from scipy import stats
from scipy.special import logsumexp

from zoo.distributions.gaussian_mixture import GaussianMixture
from zoo.random import draw, key

WEIGHTS = np.array([0.2, 0.8])
MEANS = np.array([[-2.0, 1.0], [1.0, 0.5]])
COVARIANCES = np.array([[[1.0, 0.8], [0.8, 2.0]], [[0.5, -0.3], [-0.3, 0.4]]])


@pytest.fixture(scope="module")
def mixture():
    variances, axes = np.linalg.eigh(COVARIANCES)
    arrays = np.log(WEIGHTS), MEANS, axes.swapaxes(0, 1), np.sqrt(variances)
    return GaussianMixture(*(ops.convert_to_tensor(a, "float32") for a in arrays))


def test_log_prob_is_scipys_whatever_the_axes_in_front(mixture, rng):
    z = rng.normal(size=(3, 5, 2)) * 2
    parts = [stats.multivariate_normal(m, c).logpdf(z) for m, c in zip(MEANS, COVARIANCES, strict=True)]
    expected = logsumexp(np.stack(parts, axis=-1) + np.log(WEIGHTS), axis=-1)
    assert np.allclose(mixture.log_prob(z.astype("float32")), expected, atol=1e-4)
    assert np.allclose(mixture.log_prob(z[0, 0].astype("float32")), expected[0, 0], atol=1e-4)


def test_far_away_it_stays_finite(mixture):
    assert np.isfinite(mixture.log_prob(np.array([[1e6, -1e6]], "float32"))).all()


def test_draws_have_its_moments_and_follow_it(mixture):
    z = np.asarray(draw(mixture, key(3), (40_000,)), "float64")
    mean = WEIGHTS @ MEANS
    centered = MEANS - mean
    covariance = np.einsum("k,kij->ij", WEIGHTS, COVARIANCES + centered[:, :, None] * centered[:, None, :])
    error = np.sqrt(np.diag(covariance) / len(z))
    assert (np.abs(z.mean(axis=0) - mean) < 4 * error).all()
    assert np.allclose(np.cov(z.T), covariance, atol=0.06)
    assert np.allclose(mixture.mean(), mean, atol=1e-6)
    # Along a slanted line, on which a mixture with transposed factors would look otherwise.
    line = np.array([0.8, -0.6])

    def cdf(t):
        scales = np.sqrt(np.einsum("i,kij,j->k", line, COVARIANCES, line))
        return sum(w * stats.norm.cdf(t, m @ line, s) for w, m, s in zip(WEIGHTS, MEANS, scales, strict=True))

    assert stats.kstest(cdf(z @ line), "uniform").pvalue > 0.01


def test_a_short_draw_is_the_beginning_of_a_long_one(mixture):
    short, long = (np.asarray(draw(mixture, key(5), (n,))) for n in (3, 8))
    assert np.allclose(short, long[:3], atol=1e-6)
