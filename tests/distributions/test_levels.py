import numpy as np
import pytest
from keras import ops
from scipy import stats
from scipy.special import log_softmax, softmax

from zoo.distributions.levels import Levels
from zoo.probability import stateless_seed
from zoo.random import draw, from_uniform, key, sides

PIXELS = (np.arange(256) / 255).astype("float32")
LOGITS = np.random.default_rng(0).normal(size=256).astype("float32") * 2


def test_it_is_the_softmax_of_each_value_however_the_value_is_rounded():
    distribution = Levels(ops.convert_to_tensor(LOGITS))
    for x in (PIXELS, PIXELS + 1e-4, np.nextafter(PIXELS, 0).astype("float32")):
        assert np.allclose(distribution.log_prob(x), log_softmax(LOGITS.astype("float64")), atol=1e-5)
    assert float(distribution.mean()) == pytest.approx(softmax(LOGITS.astype("float64")) @ PIXELS, abs=1e-6)


def test_sure_pixels_are_finite():
    for size in (1e4, -1e4, 3e38):
        p = np.asarray(Levels(ops.convert_to_tensor(np.eye(256, dtype="float32")[7] * size)).log_prob(PIXELS))
        assert not np.isnan(p).any()
        assert p.max() <= 0


@pytest.mark.parametrize("by", ["zoo.random.draw", "TFP's sample"])
def test_draws_have_their_probabilities(by):
    distribution, p = Levels(ops.convert_to_tensor(LOGITS)), softmax(LOGITS.astype("float64"))
    if by == "zoo.random.draw":
        drawn = draw(distribution, key(1), (50_000,))
    else:
        drawn = distribution.sample(50_000, seed=stateless_seed(key(1)))
    counts = np.bincount(np.round(np.asarray(drawn) * 255).astype(int), minlength=256)
    often = 50_000 * p > 10
    seen, expected = (np.append(x[often], x[~often].sum()) for x in (counts, 50_000 * p))
    assert stats.chisquare(seen, expected).pvalue > 1e-3


def test_the_sides_of_a_draw_are_two_values_where_the_uniform_is_between():
    distribution = Levels(ops.convert_to_tensor(np.tile(LOGITS, (10_000, 1))))
    low, high = (np.asarray(side) for side in sides(distribution, key(1), 1e-4))
    drawn = np.asarray(draw(distribution, key(1)))
    assert ((low <= drawn) & (drawn <= high)).all()
    # 255 thresholds, of which each has 2e-4.
    assert 0.5 * 255 * 2e-4 < np.mean(low != high) < 1.5 * 255 * 2e-4


def test_a_uniform_stands_for_the_value_at_its_quantile():
    distribution = Levels(ops.convert_to_tensor(LOGITS))
    u = (np.arange(1000) + 0.5) / 1000
    expected = np.searchsorted(np.cumsum(softmax(LOGITS.astype("float64"))), u)
    found = np.asarray(from_uniform(distribution, ops.convert_to_tensor(u, "float32")))
    assert np.array_equal(np.round(found * 255), expected)
