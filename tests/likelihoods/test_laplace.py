import keras
import numpy as np
import pytest
from scipy import stats

import zoo
from zoo.errors import InputError
from zoo.fitting.linear_start import linear_start
from zoo.likelihoods.laplace import Laplace
from zoo.random import draw, key


def identity(shape=(2, 2, 1), **kwargs):
    return Laplace(keras.Sequential([keras.Input((int(np.prod(shape)),)), keras.layers.Reshape(shape)]), **kwargs)


@pytest.mark.parametrize("learn", [False, True])
def test_log_prob_is_scipys_with_the_scale_given(learn, rng):
    z, x = (rng.normal(size=s).astype("float32") for s in ((3, 4), (3, 2, 2, 1)))
    likelihood = identity(scale=0.3, learn_scale=learn)
    expected = stats.laplace.logpdf(x.reshape(3, 4), z, 0.3).sum(axis=1)
    assert np.allclose(likelihood(z).log_prob(x), expected, rtol=1e-4)
    assert len(likelihood.trainable_weights) == learn


def test_a_scale_for_each_pixel_is_the_second_half_of_the_channels(rng):
    z, x = rng.normal(size=(3, 8)).astype("float32"), rng.normal(size=(3, 2, 2, 1)).astype("float32")
    loc, raw = np.split(z.reshape(3, 2, 2, 2), 2, axis=-1)
    expected = stats.laplace.logpdf(x, loc, np.log1p(np.exp(raw)) + 1 / 256).sum(axis=(1, 2, 3))
    assert np.allclose(identity((2, 2, 2), scale=None)(z).log_prob(x), expected, rtol=1e-4)


def test_draws_have_its_distribution():
    p = identity(scale=0.3)(np.float32([[0.5, -1, 0, 2]]))
    x = np.asarray(draw(p, key(3), (20_000,)), "float64").reshape(-1, 4)
    assert np.isfinite(x).all()
    for pixel, loc in zip(x.T, (0.5, -1, 0, 2), strict=True):
        assert stats.kstest(pixel, stats.laplace(loc, 0.3).cdf).pvalue > 1e-3


@pytest.mark.parametrize("own", [{}, {"learn_scale": True}, {"scale": None}])
def test_a_linear_start_has_the_standard_deviation_of_factor_analysis(own, rng):
    """A Laplace density of scale s has the variance 2 s^2."""
    x = np.clip(0.5 + 0.1 * rng.normal(size=(400, 1)) + 0.05 * rng.normal(size=(400, 16)), 0, 1)
    options = {f"likelihood.{key}": value for key, value in own.items()}
    vae = zoo.build("conv_vae", (4, 4, 1), latent_dim=1, filters=(2,), likelihood="laplace", **options)
    vae = linear_start(vae, x.reshape(-1, 4, 4, 1).astype("float32"))
    p = vae.likelihood(np.zeros([1, 1], "float32"))
    assert np.allclose(p.stddev(), 0.05 if own else np.sqrt(2) * 0.1, rtol=0.15)
    assert np.allclose(p.mean()[0, ..., 0], x.mean(0).reshape(4, 4), atol=0.02)


def test_impossible_scales_are_refused():
    with pytest.raises(InputError, match="scale is"):
        identity(scale=-1.0)
