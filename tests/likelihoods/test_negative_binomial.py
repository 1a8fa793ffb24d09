import keras
import numpy as np
import pytest
from scipy import stats

from zoo.errors import InputError
from zoo.likelihoods.gaussian import Gaussian
from zoo.likelihoods.negative_binomial import NegativeBinomial
from zoo.likelihoods.zero_inflated import ZeroInflated


def identity(kind, size=2):
    likelihood = kind(keras.Sequential([keras.Input((size * kind.parameters,))]))
    likelihood.build((None, size * kind.parameters))
    return likelihood


def test_means_are_exponentials_and_log_p_is_summed_over_each_example(rng):
    z, x = rng.normal(size=(5, 4)).astype("float32"), rng.poisson(2, (5, 2)).astype("float32")
    mean, r = np.exp(z[:, :2].astype("float64")), 1 / (1e-6 + np.logaddexp(0, z[:, 2:].astype("float64")))
    p = identity(NegativeBinomial)(z)
    assert np.allclose(p.mean(), mean, rtol=1e-5)
    assert np.allclose(p.log_prob(x), stats.nbinom(r, r / (r + mean)).logpmf(x).sum(1), atol=1e-4)


def test_no_output_of_a_network_is_too_large():
    z = np.array([[1e6, -1e6, 1e6, -1e6], [-80.0, 80.0, -80.0, 80.0]], "float32")
    for kind in (NegativeBinomial, ZeroInflated):
        likelihood = identity(kind)
        numbers = np.concatenate([z[:, : 2 * kind.parameters - 4], z], axis=1)
        found = np.asarray(likelihood(numbers).log_prob(np.array([[0.0, 1e6], [7.0, 0.0]], "float32")))
        assert np.isfinite(found).all()


def test_it_begins_at_the_mean_that_is_given():
    for kind in (NegativeBinomial, ZeroInflated):
        likelihood, mean = identity(kind), np.array([3.0, 200.0])
        assert np.allclose(likelihood(likelihood.output_for(mean)[None].astype("float32")).mean()[0], mean, rtol=1e-4)


@pytest.mark.parametrize("value", [-1.0, 0.5, 2e6])
def test_what_is_no_count_is_refused(value):
    for kind in (NegativeBinomial, ZeroInflated):
        identity(kind).check(np.array([[0.0, 3.0]]), "x")
        with pytest.raises(InputError, match="x has numbers that are no counts"):
            identity(kind).check(np.array([[0.0, value]]), "x")


def test_zeros_are_of_counts():
    with pytest.raises(InputError, match="of is Gaussian, but must be a likelihood of counts"):
        ZeroInflated(None, of=Gaussian(None))
