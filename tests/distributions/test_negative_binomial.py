import numpy as np
import pytest
from keras import ops
from scipy import stats

from zoo.distributions.negative_binomial import NegativeBinomial
from zoo.numerics.gradient import gradient
from zoo.random import draw, key, sides

CASES = [(10.0, 2.0), (0.01, 0.5), (1e-5, 3.0), (3.0, 1e6), (400.0, 0.1), (5e4, 20.0), (7.0, 1e-3)]


def of(mean, dispersion):
    return NegativeBinomial(*(ops.convert_to_tensor(each, "float32") for each in (mean, dispersion)))


def truth(mean, dispersion):
    """SciPy's, of the numbers as float32 has them: n = r, and the probability r / (r + m)."""
    mean, dispersion = (np.float64(np.float32(each)) for each in (mean, dispersion))
    return stats.nbinom(dispersion, dispersion / (dispersion + mean))


@pytest.mark.parametrize(("mean", "dispersion"), CASES)
def test_it_is_scipys(mean, dispersion):
    k = np.unique(np.concatenate([np.arange(60), np.round(np.geomspace(60, 1e6, 60))]))
    expected = truth(mean, dispersion).logpmf(k)
    found = np.asarray(of(mean, dispersion).log_prob(k.astype("float32")), "float64")
    usual = expected > -1e4
    assert np.isfinite(found).all() and np.allclose(found[usual], expected[usual], rtol=2e-5, atol=2e-4)


def test_the_numbers_that_others_got_wrong():
    """Mean 10 and r 2; and for a large r Poisson's, which the difference of two log Gammas loses in float32."""
    assert float(of(10.0, 2.0).log_prob(0.0)) == pytest.approx(-3.58352, abs=1e-5)
    assert float(of(10.0, 1e8).log_prob(3.0)) == pytest.approx(-4.88400, abs=1e-4)
    x = np.asarray(draw(of([10.0], [2.0]), key(1), (100_000,)), "float64")
    assert x.mean() == pytest.approx(10, abs=0.2) and x.var() == pytest.approx(60, abs=3)


@pytest.mark.parametrize(("mean", "dispersion"), CASES)
def test_draws_have_its_probabilities(mean, dispersion):
    x, law = np.asarray(draw(of([mean], [dispersion]), key(3), (20_000,)), "float64")[:, 0], truth(mean, dispersion)
    assert (x >= 0).all() and np.array_equal(x, np.round(x))
    edges = np.unique(law.ppf(np.linspace(0, 1, 16)[1:-1]))
    found, expected = np.mean(x[:, None] <= edges, axis=0), law.cdf(edges)
    assert (np.abs(found - expected) <= 4.5 * np.sqrt(expected * (1 - expected) / len(x)) + 1e-6).all()


def test_its_gradient_is_that_of_its_value():
    k = np.float32([0, 3, 50])

    def log_prob(m, r):
        return np.sum(truth_of(m, r).logpmf(k))

    def truth_of(m, r):
        return stats.nbinom(r, r / (r + m))

    for m, r in ((10.0, 2.0), (0.3, 40.0)):
        by_mean = gradient(
            lambda m, r=r: ops.sum(of(0.0, 1.0).__class__(m, 0 * m + r).log_prob(k)), ops.convert_to_tensor(m)
        )
        by_dispersion = gradient(
            lambda r, m=m: ops.sum(of(0.0, 1.0).__class__(0 * r + m, r).log_prob(k)), ops.convert_to_tensor(r)
        )
        step = 1e-5
        assert float(by_mean) == pytest.approx((log_prob(m + step, r) - log_prob(m - step, r)) / 2 / step, rel=1e-3)
        slope = (log_prob(m, r + step) - log_prob(m, r - step)) / 2 / step
        assert float(by_dispersion) == pytest.approx(slope, rel=1e-3)


def test_the_sides_are_on_both_sides_of_what_is_drawn():
    p = of(np.full(4000, 6.0), np.full(4000, 3.0))
    low, drawn, high = sides(p, key(5), 1e-3)[0], draw(p, key(5)), sides(p, key(5), 1e-3)[1]
    assert np.mean(np.asarray(low) != np.asarray(high)) < 0.1
    between = (np.asarray(low) <= np.asarray(drawn)) & (np.asarray(drawn) <= np.asarray(high))
    assert between.mean() > 0.99
