import keras
import numpy as np
import pytest
from scipy import stats

from zoo.errors import InputError
from zoo.likelihoods.student_t import StudentT
from zoo.random import draw, key


def identity(size=4, **kwargs):
    return StudentT(keras.Sequential([keras.Input((size,)), keras.layers.Reshape((2, 2, size // 4))]), **kwargs)


@pytest.mark.parametrize("df", [2.5, 4.0, 1e6])
def test_log_prob_is_scipys(df, rng):
    z, x = rng.normal(size=(3, 4)).astype("float32"), 5 * rng.normal(size=(3, 2, 2, 1)).astype("float32")
    likelihood = identity(scale=0.3, df=df)
    expected = stats.t.logpdf(x.reshape(3, 4), df, z, 0.3).sum(axis=1)
    assert np.allclose(likelihood(z).log_prob(x), expected, rtol=1e-3)


def test_a_scale_for_each_pixel_is_the_second_half_of_the_channels(rng):
    z, x = rng.normal(size=(3, 8)).astype("float32"), rng.normal(size=(3, 2, 2, 1)).astype("float32")
    loc, raw = np.split(z.reshape(3, 2, 2, 2), 2, axis=-1)
    expected = stats.t.logpdf(x, 4, loc, np.log1p(np.exp(raw)) + 1 / 256).sum(axis=(1, 2, 3))
    assert np.allclose(identity(8, scale=None)(z).log_prob(x), expected, rtol=1e-4)


def test_draws_have_its_distribution():
    p = identity(scale=0.3, df=3.0)(np.float32([[0.5, -1, 0, 2]]))
    x = np.asarray(draw(p, key(3), (20_000,)), "float64").reshape(-1, 4)
    for pixel, loc in zip(x.T, (0.5, -1, 0, 2), strict=True):
        assert stats.kstest(pixel, stats.t(3, loc, 0.3).cdf).pvalue > 1e-3


def test_what_lies_far_off_is_finite():
    assert np.isfinite(np.asarray(identity(df=3)(np.zeros([1, 4], "float32")).log_prob(np.full([2, 2, 1], 1e15)))).all()


@pytest.mark.parametrize("df", [2.0, -1, float("inf"), "x"])
def test_impossible_degrees_of_freedom_are_refused(df):
    with pytest.raises(InputError, match="df is"):
        identity(df=df)
