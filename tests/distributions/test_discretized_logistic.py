import numpy as np
import pytest
from keras import ops
from scipy.stats import chi2, logistic

from zoo.distributions.discretized_logistic import DiscretizedLogistic
from zoo.probability import stateless_seed, tfd
from zoo.random import draw, key, sides

PIXELS = np.arange(256) / 255
CASES = [(0.5, 0.1), (0.0, 0.01), (1.0, 0.0005), (-0.3, 0.05), (1.4, 0.02), (0.5, 5.0), (0.25, 0.002)]


def log_probs(loc, scale):
    pixels = PIXELS.astype("float32")
    distribution = DiscretizedLogistic(ops.full([256], loc, "float32"), ops.full([256], scale, "float32"))
    return np.asarray(distribution.log_prob(pixels), "float64")


@pytest.mark.parametrize(("loc", "scale"), CASES)
def test_the_256_probabilities_sum_to_1(loc, scale):
    assert np.exp(log_probs(loc, scale)).sum() == pytest.approx(1, abs=2e-4)


@pytest.mark.parametrize(("loc", "scale"), CASES)
def test_each_is_the_mass_of_its_bin(loc, scale):
    edges = np.concatenate([[-np.inf], PIXELS[:-1] + 1 / 510, [np.inf]])
    law = logistic(np.float64(np.float32(loc)), np.float64(np.float32(scale)))
    # Taken from whichever tail is nearer, float64 has the digits.
    mass = np.where(edges[1:] < loc, np.diff(law.cdf(edges)), -np.diff(law.sf(edges)))
    seen = mass > 1e-200
    assert np.allclose(log_probs(loc, scale)[seen], np.log(mass[seen]), rtol=2e-3, atol=2e-3)


@pytest.mark.parametrize("loc", [-1e4, 1e4])
def test_nothing_is_so_unlikely_as_to_be_infinite(loc):
    assert np.isfinite(log_probs(loc, 0.0004)).all()


@pytest.mark.parametrize(("loc", "scale"), CASES)
def test_the_mean_is_that_of_the_enumeration(loc, scale):
    exact = np.exp(log_probs(loc, scale)) @ PIXELS
    mean = DiscretizedLogistic(ops.convert_to_tensor([loc]), ops.convert_to_tensor([scale])).mean()
    # Closed by an integral for the sum: right to a hundredth of a grey value, but for a scale below half of one.
    assert float(mean[0]) == pytest.approx(exact, abs=(0.01 if scale > 0.002 else 0.5) / 255)


def test_the_sides_of_a_draw_are_a_level_apart_where_it_lies_near_the_middle_of_two():
    loc, scale = ops.full([20_000], 0.5), ops.full([20_000], 0.1)
    low, high = (np.asarray(x) * 255 for x in sides(DiscretizedLogistic(loc, scale), key(1), 1e-4))
    exact = np.asarray(draw(tfd.Logistic(loc, scale), key(1)), "float64") * 255
    between = np.abs(exact - np.floor(exact) - 0.5) < 1e-4 * 255
    inside = (exact > 1) & (exact < 254)
    sure = np.abs(np.abs(exact - np.floor(exact) - 0.5) - 1e-4 * 255) > 1e-3
    assert np.array_equal((low != high)[inside & sure], between[inside & sure])
    assert 0.02 < np.mean(low != high) < 0.08
    assert np.allclose((high - low)[low != high], 1, atol=1e-3)
    drawn = np.asarray(draw(DiscretizedLogistic(loc, scale), key(1))) * 255
    assert np.all((np.abs(drawn - low) < 1e-3) | (np.abs(drawn - high) < 1e-3))


@pytest.mark.parametrize("by", ["zoo.random.draw", "TFP's sample"])
@pytest.mark.parametrize(("loc", "scale"), CASES)
def test_draws_have_their_probabilities(loc, scale, by):
    """Each level's number of draws beside what is expected, the rare ones together: a chi-square test."""
    distribution = DiscretizedLogistic(ops.convert_to_tensor([loc]), ops.convert_to_tensor([scale]))
    if by == "zoo.random.draw":
        drawn = draw(distribution, key(1), (20_000,))
    else:
        drawn = distribution.sample(20_000, seed=stateless_seed(key(1)))
    levels = np.asarray(drawn, "float64")[:, 0] * 255
    assert np.allclose(levels, np.round(levels), atol=1e-4)
    expected = 20_000 * np.exp(log_probs(loc, scale))
    observed = np.bincount(np.round(levels).astype(int), minlength=256)
    often = expected > 10
    observed = np.append(observed[often], observed[~often].sum())
    expected = np.append(expected[often], max(20_000 - expected[often].sum(), 1e-2))
    assert np.sum((observed - expected) ** 2 / expected) < chi2(len(expected)).ppf(1 - 1e-6)
