import numpy as np
import pytest
from scipy.stats import genpareto

from zoo.evaluation.likelihood.pareto import fit_generalized_pareto, tail_shape_and_error, tail_size

SHAPES = [-0.5, -0.2, 0.0, 0.3, 0.5, 0.7, 1.0, 1.5, 3.0]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("scale", [1e-8, 1.0, 1e6])
def test_the_law_that_the_values_were_drawn_from_is_found(shape, scale):
    x = np.sort(genpareto(shape, scale=scale).rvs((3, 4000), random_state=1), axis=-1)
    k, sigma = fit_generalized_pareto(x)
    # The maximum likelihood's standard error, (1 + k) / sqrt(n), for which k isn't below -1/2.
    assert np.allclose(k, shape, atol=4.5 * (1 + max(shape, 0.0)) / np.sqrt(4000))
    assert np.allclose(sigma / scale, 1, atol=4.5 * np.sqrt(2 * (1 + max(shape, 0.0)) / 4000))


@pytest.mark.parametrize("shape", [0.2, 0.7, 1.2])
def test_it_is_as_likely_as_scipys_maximum_likelihood(shape):
    x = np.sort(genpareto(shape).rvs(500, random_state=2))
    k, sigma = fit_generalized_pareto(x)
    # Without the draw to 1/2.
    k = (k * 510 - 5) / 500
    best, _, best_scale = genpareto.fit(x, floc=0)
    ours, theirs = (genpareto(c, scale=s).logpdf(x).sum() for c, s in ((k, sigma), (best, best_scale)))
    assert ours == pytest.approx(theirs, abs=0.1)


def test_few_values_are_drawn_towards_one_half():
    x = np.sort(genpareto(-0.3).rvs((2000, 5), random_state=3), axis=-1)
    assert 0.1 < fit_generalized_pareto(x)[0].mean() < 0.5


@pytest.mark.parametrize("x", [[0.0] * 6, [0.0, 0, 0, 0, 0, 1], [1.0] * 6, [1e-300] * 5 + [1.0]])
def test_values_that_are_alike_break_nothing(x):
    assert np.isfinite(fit_generalized_pareto(np.array(x))).all()


# Lognormal weights, and the k of ArviZ 0.22's psislw: seed, sigma, S, k.
ARVIZ = [
    (0, 0.5, 1000, 0.18472610917753884),
    (1, 1.0, 1000, 0.32774043331962244),
    (2, 2.0, 1000, 1.0526745117130007),
    (3, 3.0, 1000, 1.0898961775538154),
    (4, 2.0, 100, 0.7464043532887922),
    (5, 2.0, 5000, 0.7683383579510091),
    (6, 1.0, 25, 0.33776351278564287),
]


def tail_of(log_weight):
    """What `importance_sampling` keeps of weights `[B, S]`."""
    count = log_weight.shape[1]
    sums = np.logaddexp.reduce(log_weight, axis=1), np.logaddexp.reduce(2 * log_weight, axis=1)
    return tail_shape_and_error(np.sort(log_weight)[:, ::-1][:, : tail_size(count) + 1], *sums, count)


@pytest.mark.parametrize(("seed", "sigma", "count", "k"), ARVIZ)
def test_the_shape_is_arvizs(seed, sigma, count, k):
    log_weight = sigma * np.random.default_rng(seed).normal(size=(1, count))
    assert tail_of(log_weight)[0] == pytest.approx(k, abs=1e-9)


@pytest.mark.parametrize("count", [100, 1000, 5000])
@pytest.mark.parametrize("sigma", [0.3, 1.0, 2.0, 3.0])
def test_the_error_is_the_spread_over_seeds(count, sigma):
    """Of lognormal weights: within two fifths even where a few have it all; the variance's error is at 0.65 there."""
    log_weight = sigma * np.random.default_rng(5).normal(size=(150, count))
    _, error = tail_of(log_weight)
    spread = np.log(np.exp(log_weight).mean(axis=1)).std()
    assert 0.8 < np.sqrt(np.mean(error**2)) / spread < 1.4


@pytest.mark.parametrize("shift", [0.0, 1000.0, -90000.0])
def test_the_units_of_the_weights_are_no_matter(shift):
    log_weight = 2 * np.random.default_rng(6).normal(size=(3, 1000))
    assert np.allclose(tail_of(log_weight + shift), tail_of(log_weight), rtol=1e-5)


def test_weights_of_a_known_tail_have_its_shape(rng):
    """Pareto weights, u^-k: whatever the cutoff, what is above it is a generalized Pareto law of that k."""
    for k in (0.2, 0.7, 1.2):
        found, _ = tail_of(-k * np.log(rng.random((50, 5000))))
        assert np.mean(found) == pytest.approx((213 * k + 5) / 223, abs=0.05)


def test_equal_weights_have_no_error_and_no_tail():
    k, error = tail_of(np.zeros((2, 100)))
    assert (k == 0).all() and (error < 1e-6).all()
    k, error = tail_of(1e-7 * np.random.default_rng(0).normal(size=(20, 100)))
    assert (k < 0.7).all() and (error < 1e-6).all()


def test_weights_of_which_all_but_one_are_0_break_nothing():
    """Their effective size, 1, is what tells."""
    log_weight = np.full((1, 100), -np.inf)
    log_weight[:, 7] = 0.0
    k, error = tail_of(log_weight)
    assert np.isfinite(k).all() and np.isfinite(error).all()


@pytest.mark.parametrize("count", [1, 2, 10, 20])
def test_of_few_weights_nothing_is_known(count):
    assert np.isnan(tail_of(np.zeros((2, count)))).all()


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("spread", [1, 100, 300, 400, 500, 30_000])
def test_weights_hundreds_of_nats_apart_leave_numbers(spread):
    """One image of photographs may have log weights so far apart that all but the largest are 0, or nearly so."""
    log_weight = spread * np.random.default_rng(0).normal(size=[200, 500])
    sums = np.logaddexp.reduce(log_weight, axis=1), np.logaddexp.reduce(2 * log_weight, axis=1)
    shape, error = tail_shape_and_error(np.sort(log_weight)[:, -tail_size(500) - 1 :], *sums, 500)
    assert np.isfinite(shape).all() and np.isfinite(error).all()
    if spread == 100:
        assert np.median(shape) > 10 and np.median(error) > 10
