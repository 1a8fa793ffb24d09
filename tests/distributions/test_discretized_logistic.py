import numpy as np
import pytest
from keras import ops
from scipy.stats import chi2, logistic

from zoo.distributions.discretized_logistic import DiscretizedLogistic
from zoo.probability import stateless_seed
from zoo.random import draw, key

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
