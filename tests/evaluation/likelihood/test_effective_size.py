import numpy as np
import pytest

from zoo.evaluation.likelihood.effective_size import collapsed, effective_size, monte_carlo_error


def test_the_effective_size_is_that_of_the_weights(rng):
    w = rng.random((5, 7))
    assert np.allclose(effective_size(np.log(w) + 3000), w.sum(axis=0) ** 2 / (w**2).sum(axis=0))


@pytest.mark.parametrize("count", [2, 3, 4, 7, 8, 16, 1000])
@pytest.mark.parametrize(("least", "enough"), [(2, 8), (10, 100)])
def test_one_weight_for_all_is_a_collapse_and_equal_weights_are_none_however_many(count, least, enough):
    assert collapsed(np.array([1.0, count]), count, least, enough).tolist() == [True, False]


def test_of_enough_weights_the_effective_size_that_is_wanted_is_the_same():
    assert collapsed(np.array([1.9, 2.1]), 8, 2, 8).tolist() == collapsed(np.array([1.9, 2.1]), 64, 2, 8).tolist()
    # Of four chains one that has more than five sixths: (5/6)^2 + 3 (1/18)^2 is 1 / 1.42.
    assert collapsed(np.array([1.42, 1.6]), 4, 2, 8).tolist() == [True, False]


def test_a_single_weight_can_not_say():
    assert collapsed(np.ones(3), 1, 2, 8) is None
    assert np.isnan(monte_carlo_error(np.ones(3), 1)).all()


def test_the_error_is_the_spread_of_the_logarithm_of_the_mean(rng):
    w = np.exp(rng.normal(size=(200, 2000)))
    found = monte_carlo_error(effective_size(np.log(w)), 200)
    assert np.mean(found) == pytest.approx(np.log(w.mean(axis=0)).std(), rel=0.1)
