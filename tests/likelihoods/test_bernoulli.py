import keras
import numpy as np
import pytest
from scipy import stats

from zoo.likelihoods.bernoulli import Bernoulli


def identity():
    return Bernoulli(keras.Sequential([keras.Input((4,)), keras.layers.Reshape((2, 2, 1))]))


def test_log_prob_is_scipys_summed_over_the_pixels(rng):
    logits = rng.normal(size=(3, 4)).astype("float32")
    x = (rng.random((3, 2, 2, 1)) < 0.5).astype("float32")
    expected = stats.bernoulli.logpmf(x.reshape(3, 4), 1 / (1 + np.exp(-logits.astype("float64")))).sum(axis=1)
    assert np.allclose(identity()(logits).log_prob(x), expected, atol=1e-5)


def test_grey_pixels_count_as_expected_black_and_white_ones():
    logits = np.array([[-1.0, 0.0, 0.5, 2.0]], "float32")
    black, white = (np.asarray(identity()(logits).log_prob(np.full([1, 2, 2, 1], v, "float32"))) for v in (0, 1))
    grey = np.asarray(identity()(logits).log_prob(np.full([1, 2, 2, 1], 0.3, "float32")))
    assert np.allclose(grey, 0.7 * black + 0.3 * white, atol=1e-5)


@pytest.mark.parametrize("size", [-1e4, 1e4])
def test_the_wrong_pixel_for_sure_is_unlikely_and_not_infinitely_so(size):
    for x in (np.zeros([1, 2, 2, 1], "float32"), np.ones([1, 2, 2, 1], "float32")):
        assert np.isfinite(identity()(np.full([1, 4], size, "float32")).log_prob(x)).all()
