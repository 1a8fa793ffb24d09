import keras
import numpy as np
import pytest
from keras import ops
from scipy import stats

from zoo.errors import InputError
from zoo.numerics.divergence import kl_per_dimension
from zoo.numerics.gradient import gradient
from zoo.posteriors.gaussian import Gaussian
from zoo.priors.laplace import Laplace
from zoo.random import draw, key


@pytest.mark.parametrize("scale", [0.3, 1.0, 4.0])
def test_log_prob_is_scipys_and_draws_are_of_it(scale, rng):
    prior = Laplace(3, scale)
    z = rng.normal(size=(5, 3)).astype("float32")
    assert np.allclose(prior().log_prob(z), stats.laplace.logpdf(z, scale=scale).sum(1), atol=1e-5)
    drawn = np.asarray(draw(prior(), key(1), (5000,)), "float64")
    assert stats.kstest(drawn.ravel(), stats.laplace(scale=scale).cdf).pvalue > 1e-3
    assert np.abs(drawn).max() < 16 * scale


def test_a_gaussian_posterior_has_its_kl_in_closed_form(rng):
    posterior = Gaussian(keras.Sequential([keras.Input((4, 4, 1)), keras.layers.Flatten()]), 2)
    q = posterior(rng.normal(size=(3, 4, 4, 1)).astype("float32"))
    prior = Laplace(2, 0.7)()
    z = np.asarray(draw(q, key(2), (40_000,)))
    ratio = np.asarray(q.log_prob(z) - prior.log_prob(z), "float64")
    found = np.asarray(kl_per_dimension(q, prior)).sum(-1)
    assert (np.abs(ratio.mean(0) - found) < 4.5 * ratio.std(0) / 200).all()


@pytest.mark.parametrize("scale", [0.0, -1.0, float("inf")])
def test_a_scale_that_can_not_be_is_refused(scale):
    with pytest.raises(InputError, match="scale is"):
        Laplace(2, scale)


def test_the_kl_is_smooth_and_finite_however_far_the_posterior_is():
    from zoo.probability import tfd

    def kl(loc):
        q = tfd.Independent(tfd.Normal(loc, ops.full_like(loc, 1e-4)), 1)
        return ops.sum(kl_per_dimension(q, Laplace(6, 2.0)()))

    slope = np.asarray(gradient(kl, ops.convert_to_tensor([-1e25, -1e4, -1.0, 0.0, 1.0, 1e25])))
    assert np.allclose(slope, np.array([-1, -1, -1, 0, 1, 1]) / 2, atol=1e-6)
