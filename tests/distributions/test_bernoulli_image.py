import keras
import numpy as np
import pytest
from scipy.special import log_expit

from zoo.distributions.bernoulli_image import BernoulliImage
from zoo.random import draw, key

LOGITS = np.array([-1e30, -500.0, -20.0, -1.0, 0.0, 3.0, 20.0, 500.0, 1e30], "float32")


@pytest.mark.parametrize("logit", LOGITS)
@pytest.mark.parametrize("pixel", [0.0, 1.0])
def test_log_prob_is_exact_at_any_logit(logit, pixel):
    distribution = BernoulliImage(np.full([1, 1, 1], logit))
    exact = log_expit(np.float64(logit) * (2 * pixel - 1))
    assert float(distribution.log_prob(np.full([1, 1, 1], pixel, "float32"))) == pytest.approx(
        exact, rel=1e-5, abs=1e-7
    )


@pytest.mark.parametrize("shape", [(28, 28, 1), (8, 8, 3), (7, 1, 1), (1, 1, 1), (5, 9, 2)])
def test_log_prob_is_the_sum_over_pixels(rng, shape):
    """Whatever the number of pixels, which are taken together by divisors of it."""
    logits = (10 * rng.normal(size=(4, 3, *shape))).astype("float32")
    x = (rng.random((3, *shape)) < 0.5).astype("float32")
    exact = log_expit(logits.astype("float64") * (2 * x - 1)).sum(axis=(-3, -2, -1))
    assert np.allclose(BernoulliImage(logits).log_prob(x), exact, rtol=1e-6, atol=1e-5)


def test_grey_pixels_have_their_expected_log_prob(rng):
    logits, x = rng.normal(size=(2, 2, 1)).astype("float32"), rng.random((2, 2, 1)).astype("float32")
    exact = (x * log_expit(logits.astype("float64")) + (1 - x) * log_expit(-logits.astype("float64"))).sum()
    assert float(BernoulliImage(logits).log_prob(x)) == pytest.approx(exact, rel=1e-5)


def test_it_is_drawn_from_and_has_a_mean_as_any_bernoulli():
    distribution = BernoulliImage(np.array([-2.0, 0.5], "float32").reshape(1, 2, 1))
    assert np.allclose(np.ravel(distribution.mean()), 1 / (1 + np.exp([2.0, -0.5])), atol=1e-6)
    assert np.allclose(np.mean(draw(distribution, key(0), (20_000,)), axis=0), distribution.mean(), atol=0.015)
    assert keras.backend.standardize_dtype(draw(distribution, key(0)).dtype) == "float32"
