import numpy as np
import pytest
from keras import ops
from scipy import stats

from zoo.random import key
from zoo.random.poisson import poisson_variate


@pytest.mark.parametrize("rate", [1e-6, 0.03, 1.0, 9.99, 10.0, 13.0, 250.0, 1e4])
def test_draws_have_its_probabilities(rate):
    x = np.asarray(poisson_variate(ops.convert_to_tensor([rate]), key(3), (20_000,)), "float64")[:, 0]
    law = stats.poisson(np.float64(np.float32(rate)))
    assert (x >= 0).all() and np.array_equal(x, np.round(x))
    edges = np.unique(law.ppf(np.linspace(0, 1, 16)[1:-1]))
    found, expected = (np.diff([0, *cdf, 1]) for cdf in (np.mean(x[:, None] <= edges, axis=0), law.cdf(edges)))
    error = np.sqrt(expected * (1 - expected) / len(x))
    assert (np.abs(found - expected) <= 4.5 * error + 1e-9).all()


def test_large_rates_are_finite_and_near():
    x = np.asarray(poisson_variate(ops.convert_to_tensor([1e5, 1e6]), key(3), (2000,)), "float64")
    assert np.allclose(x.mean(0) / [1e5, 1e6], 1, atol=3e-4) and np.allclose(x.var(0) / [1e5, 1e6], 1, atol=0.15)
