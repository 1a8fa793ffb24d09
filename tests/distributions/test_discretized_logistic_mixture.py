import numpy as np
import pytest
from keras import ops
from scipy import stats
from scipy.special import log_softmax, logsumexp

from zoo.distributions.discretized_logistic_mixture import DiscretizedLogisticMixture
from zoo.probability import stateless_seed
from zoo.random import draw, from_uniform, key, sides, uniform

PIXELS = (np.arange(256) / 255).astype("float32")
RNG = np.random.default_rng(0)
#: Of red, green and blue, for three components.
LOGITS, COUPLING = np.array([0.3, -1.0, 0.5]), RNG.uniform(-0.9, 0.9, (3, 3))
LOC, SCALE = RNG.uniform(0.2, 0.8, (3, 3)), RNG.uniform(0.01, 0.1, (3, 3))


def mixture(channels=3, loc=LOC, scale=SCALE, shape=()):
    """Of the first channels, which is the marginal distribution of these."""
    arrays = LOGITS, loc[:channels], scale[:channels], COUPLING[: channels * (channels - 1) // 2]
    return DiscretizedLogisticMixture(
        *(ops.convert_to_tensor(np.broadcast_to(x.ravel(), (*shape, x.size)), "float32") for x in arrays)
    )


def p(channels, x):
    return np.exp(np.asarray(mixture(channels).log_prob(np.asarray(x, "float32")), "float64"))


def cell(x, loc, scale):
    """The logarithm of a logistic's mass in the bin of a pixel, in float64, by SciPy."""
    law = stats.logistic(loc, scale)
    low, high = np.where(x < 1e-3, -np.inf, x - 1 / 510), np.where(x > 1 - 1e-3, np.inf, x + 1 / 510)
    return np.log(np.where(x < loc, law.cdf(high) - law.cdf(low), law.sf(low) - law.sf(high)))


def test_it_is_the_mixture_of_products_each_moved_by_the_channels_before():
    x = RNG.integers(0, 256, (200, 3)) / 255
    red, green, blue = x.T[..., None]
    locs = (
        LOC[0],
        LOC[1] + COUPLING[0] * (red - 0.5),
        LOC[2] + COUPLING[1] * (red - 0.5) + COUPLING[2] * (green - 0.5),
    )
    with np.errstate(divide="ignore"):
        terms = sum(cell(each, loc, scale) for each, loc, scale in zip((red, green, blue), locs, SCALE, strict=True))
    truth = logsumexp(log_softmax(LOGITS) + terms, axis=-1)
    seen = truth > -60
    found = np.asarray(mixture().log_prob(x.astype("float32")), "float64")
    assert seen.sum() > 50
    assert np.allclose(found[seen], truth[seen], rtol=1e-4, atol=2e-3)
    assert np.isfinite(found).all()


def test_each_channel_sums_to_one_given_those_before_it():
    assert p(1, PIXELS[:, None]).sum() == pytest.approx(1, abs=1e-4)
    for red, green in RNG.integers(80, 180, (4, 2)) / 255:
        of_green = p(2, np.stack([np.full(256, red), PIXELS], -1))
        assert of_green.sum() == pytest.approx(p(1, [red]), rel=1e-3)
        of_blue = p(3, np.stack([np.full(256, red), np.full(256, green), PIXELS], -1))
        assert of_blue.sum() == pytest.approx(p(2, [red, green]), rel=1e-3)


@pytest.mark.parametrize(
    ("loc", "scale"), [(1.0, np.exp(-3) / 2), (0.5, 0.5), (0.0, 1e-3), (-0.2, 0.02), (0.9961, 0.01)]
)
def test_the_edges_are_open_at_0_and_at_255_and_at_no_other_value(loc, scale):
    """In [-1, 1] these are a mean of 1 with a log scale of -3, and 0 with 0: sums of 0.48, 0.73, 1.27 and 1.52 else."""
    one = mixture(1, np.full((1, 3), loc), np.full((1, 3), scale))
    assert np.exp(np.asarray(one.log_prob(PIXELS[:, None]), "float64")).sum() == pytest.approx(1, abs=5e-4)


@pytest.mark.parametrize("by", ["draw", "from_uniform", "TFP"])
def test_draws_have_its_probabilities(by):
    distribution, count = mixture(shape=(40_000,)), 40_000
    drawn = {
        "draw": lambda: draw(distribution, key(1)),
        "from_uniform": lambda: from_uniform(distribution, uniform(key(1), (count, 3))),
        "TFP": lambda: mixture().sample(count, seed=stateless_seed(key(1))),
    }[by]()
    x = np.asarray(drawn, "float64")
    assert np.allclose(x * 255, np.round(x * 255), atol=1e-4)
    # Red and green together, in bins of 32 levels: all of 256 by 256 pairs are summed.
    pairs = np.stack(np.meshgrid(PIXELS, PIXELS, indexing="ij"), -1).reshape(-1, 2)
    bins = (np.round(pairs * 255).astype(int) // 32) @ [8, 1]
    expected = count * np.bincount(bins, weights=p(2, pairs), minlength=64)
    seen = np.bincount((np.round(x[:, :2] * 255).astype(int) // 32) @ [8, 1], minlength=64)
    often = expected > 10
    seen, expected = (np.append(each[often], each[~often].sum()) for each in (seen, expected))
    assert stats.chisquare(seen, expected * seen.sum() / expected.sum()).pvalue > 1e-3
    # Blue, by what it is given red and green: the mean of log P is the opposite of the entropy, of draws of their own.
    log_p = np.asarray(distribution.log_prob(x.astype("float32")))
    other = np.asarray(distribution.log_prob(draw(distribution, key(9))))
    assert abs(log_p.mean() - other.mean()) < 4.5 * np.hypot(log_p.std(), other.std()) / np.sqrt(count)


def test_its_mean_is_that_of_its_draws_where_little_lies_beyond_the_edges():
    x = np.asarray(draw(mixture(shape=(40_000,)), key(5)), "float64")
    assert np.allclose(mixture().mean(), x.mean(0), atol=4.5 * x.std() / 200 + 2e-3)
    exact = p(1, PIXELS[:, None]) @ PIXELS
    assert float(mixture(1).mean()[0]) == pytest.approx(exact, abs=1e-4)


def test_the_sides_of_a_draw_differ_seldom_and_the_draw_is_between():
    distribution = mixture(shape=(20_000,))
    low, high = (np.asarray(side) for side in sides(distribution, key(1), 1e-5))
    drawn = np.asarray(draw(distribution, key(1)))
    assert 5e-4 < np.mean((low != high).any(-1)) < 0.05
    assert ((drawn == low) | (drawn == high)).all(-1).mean() > 0.999
