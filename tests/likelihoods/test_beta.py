import keras
import numpy as np
import pytest
from scipy import stats
from scipy.special import expit

from zoo.likelihoods.beta import Beta
from zoo.networks.mlp import mlp_decoder


@pytest.fixture
def identity():
    return Beta(keras.Sequential([keras.Input((8,)), keras.layers.Reshape((2, 2, 2))]))


def test_it_is_scipys_of_a_mean_and_a_spread(identity, rng):
    z, x = rng.normal(size=(3, 8)).astype("float32"), rng.integers(0, 256, (3, 2, 2, 1)) / 255
    raw_mean, raw_spread = np.split(z.reshape(3, 2, 2, 2).astype("float64"), 2, axis=-1)
    m, n = expit(raw_mean), 1 / (np.logaddexp(0, raw_spread - 3.2) + 2**-14)
    truth = stats.beta.logpdf((255 * x + 0.5) / 256, 1e-3 + n * m, 1e-3 + n * (1 - m)) + np.log(255 / 256)
    assert np.allclose(identity(z).log_prob(x.astype("float32")), truth.sum((1, 2, 3)), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("z", [[1e4, 1e4], [-1e4, -1e4], [1e4, -1e4], [-1e4, 1e4], [0.0, -1e30]])
def test_nothing_is_infinite_and_the_density_of_constant_pixels_is_bounded(identity, z):
    for x in (0.0, 0.5, 1.0):
        log_p = np.asarray(identity(np.repeat(np.float32([z]), 4, -1)).log_prob(np.full([1, 2, 2, 1], x, "float32")))
        assert np.isfinite(log_p).all()
        assert (log_p < 4 * 8).all()


def test_it_begins_at_the_mean_image():
    likelihood = Beta(mlp_decoder((2, 2, 1), latent_dim=2, parameters=2))
    likelihood.build((None, 2))
    mean = np.array([0.0, 1.0, 0.5, 0.02]).reshape(2, 2, 1)
    likelihood.start_at(mean)
    found = likelihood(np.zeros([1, 2], "float32"))
    assert np.allclose(found.mean()[0], mean, atol=1e-4)
    a, b = (np.asarray(each)[0, 1, 0, 0] for each in (found.distribution.a, found.distribution.b))
    assert stats.beta(a, b).std() == pytest.approx(0.1, abs=0.005), "a pixel of one half is off by a tenth"
