import numpy as np
import pytest
from keras import ops
from scipy import stats
from scipy.special import expit, logsumexp

from zoo.distributions.negative_binomial import NegativeBinomial
from zoo.distributions.zero_inflated import ZeroInflated
from zoo.random import draw, key


def of(mean, dispersion, logit):
    mean, dispersion, logit = (ops.convert_to_tensor(each, "float32") for each in (mean, dispersion, logit))
    return ZeroInflated(NegativeBinomial(mean, dispersion), logit)


@pytest.mark.parametrize("logit", [0.0, -4.0, 5.0, 60.0, -60.0])
def test_it_is_the_mixture_with_zero(logit):
    k = np.arange(800.0)
    counts = stats.nbinom(2.0, 2.0 / 12.0).logpmf(k)
    expected = -np.logaddexp(0, logit) + counts
    expected[0] = np.logaddexp(-np.logaddexp(0, -logit), expected[0])
    found = np.asarray(of(10.0, 2.0, logit).log_prob(k.astype("float32")), "float64")
    assert np.allclose(found, expected, rtol=1e-5, atol=1e-4)
    assert logsumexp(found) == pytest.approx(0, abs=1e-4)


def test_half_of_them_zero_for_nothing():
    assert float(of(10.0, 2.0, 0.0).log_prob(0.0)) == pytest.approx(-0.665748, abs=1e-5)


def test_draws_have_its_zeros_and_its_mean():
    p = of([10.0], [2.0], [-0.7])
    x = np.asarray(draw(p, key(3), (40_000,)), "float64")
    zeros = expit(-0.7) + (1 - expit(-0.7)) * stats.nbinom(2.0, 2.0 / 12.0).pmf(0)
    assert np.mean(x == 0) == pytest.approx(zeros, abs=4.5 * np.sqrt(zeros * (1 - zeros) / len(x)))
    assert x.mean() == pytest.approx(float(p.mean()[0]), abs=4.5 * x.std() / np.sqrt(len(x)))
