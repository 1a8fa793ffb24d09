import numpy as np
import pytest
from keras import ops
from scipy import stats

from tests.conftest import tensorflow_only
from zoo.distributions.squeezed_beta import SqueezedBeta
from zoo.random import draw, key, sides

CASES = [(1.0, 1.0), (0.01, 0.02), (1e-3, 3.0), (0.5, 0.5), (2.0, 5.0), (30.0, 4.0), (8000.0, 9000.0), (32.0, 16000.0)]


def beta(a, b):
    return SqueezedBeta(ops.convert_to_tensor(a, "float32"), ops.convert_to_tensor(b, "float32"))


@pytest.mark.parametrize(("a", "b"), CASES)
def test_it_is_scipys_with_the_slope_of_the_squeeze(a, b):
    x = np.concatenate([np.arange(256) / 255, np.linspace(0, 1, 97)])
    y = (x * 255 + 0.5) / 256
    truth = stats.beta.logpdf(y, np.float64(np.float32(a)), np.float64(np.float32(b))) + np.log(255 / 256)
    found = np.asarray(beta(a, b).log_prob(x.astype("float32")), "float64")
    # Of float32's seven digits of the largest term, n KL.
    assert np.allclose(found, truth, rtol=3e-6, atol=1e-5 + 3e-7 * (a + b) ** 0.75)


@pytest.mark.parametrize(("a", "b"), [case for case in CASES if min(case) >= 0.5])
def test_it_integrates_to_one_over_the_bins_of_all_grey_values(a, b):
    # A Beta density of a < 1 is infinite at the ends: y = sin^2 t has points enough there.
    t = (np.arange(200_000) + 0.5) / 200_000 * np.pi / 2
    x, slope = (256 * np.sin(t) ** 2 - 0.5) / 255, 256 / 255 * np.sin(2 * t)
    mass = np.exp(np.asarray(beta(a, b).log_prob(x.astype("float32")), "float64")) * slope * np.pi / 2 / 200_000
    assert mass.sum() == pytest.approx(1, abs=2e-3)


@pytest.mark.parametrize(("a", "b"), CASES)
def test_draws_have_its_distribution(a, b):
    x = np.asarray(draw(beta([a], [b]), key(3), (20_000,)), "float64")[:, 0]
    law = stats.beta(a, b)
    y = np.clip((x * 255 + 0.5) / 256, 0, 1)
    # Of a small a float32 has no numbers so near to 1.
    seen = (y > 1e-5) & (y < 1 - 1e-5)
    low, high = law.cdf([1e-5, 1 - 1e-5])
    assert abs(seen.mean() - (high - low)) < 4.5 * np.sqrt((high - low) * (1 - high + low) / len(y)) + 1e-4
    assert stats.kstest((law.cdf(y[seen]) - low) / (high - low), "uniform").pvalue > 1e-3
    mean = float(beta([a], [b]).mean()[0])
    assert mean == pytest.approx((256 * law.mean() - 0.5) / 255, abs=1e-6)
    assert abs(x.mean() - mean) < 4.5 * x.std() / np.sqrt(len(x)) + 1e-6


def test_a_draw_has_another_side_where_a_proposal_is_nearly_refused():
    made = beta(np.full(50_000, 0.3), np.full(50_000, 2.0))
    low, high = (np.asarray(side) for side in sides(made, key(1), 1e-3))
    drawn = np.asarray(draw(made, key(1)))
    # A proposal's uniform is within 1e-3 of the limit, relatively, some 1e-3 times.
    assert 5 < (low != high).sum() < 500
    assert ((drawn == low) | (drawn == high)).all()


@tensorflow_only
def test_its_gradient_is_the_difference_quotient_and_finite_everywhere():
    import tensorflow as tf

    a, b = (tf.constant([case[i] for case in CASES]) for i in (0, 1))
    for x in (0.0, 0.25, 1.0):
        with tf.GradientTape() as tape:
            tape.watch([a, b])
            log_p = tf.reduce_sum(SqueezedBeta(a, b).log_prob(x))
        for found, other, first in zip(tape.gradient(log_p, [a, b]), (b, a), (True, False), strict=True):
            mine, theirs = (np.asarray(t, "float64") for t in ((a, b) if first else (b, a)))
            y = (255 * (x if first else 1 - x) + 0.5) / 256
            step = 1e-4 * mine
            slope = (stats.beta.logpdf(y, mine + step, theirs) - stats.beta.logpdf(y, mine - step, theirs)) / (2 * step)
            assert np.allclose(found, slope, rtol=1e-3, atol=2e-3), other
