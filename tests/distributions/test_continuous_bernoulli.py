import numpy as np
import pytest
from keras import ops
from scipy import stats

from tests.conftest import tensorflow_only
from zoo.distributions.continuous_bernoulli import ContinuousBernoulli, logit_of_mean
from zoo.probability import stateless_seed
from zoo.random import draw, key

LOGITS = np.array([-500, -100, -20, -3, -0.51, -0.49, -0.13, -0.12, -1e-3, 0, 1e-7, 0.1, 0.5, 2, 20, 500], "float32")


def log_z(logits):
    """log of the integral of exp(l t) over t in [0, 1], in float64: by series where l is small."""
    logits = np.asarray(logits, "float64")
    wide = np.where(np.abs(logits) < 1e-4, 1.0, logits)
    closed = np.maximum(wide, 0) + np.log(-np.expm1(-np.abs(wide)) / np.abs(wide))
    return np.where(np.abs(logits) < 1e-4, logits / 2 + logits**2 / 24, closed)


def log_prob(logits, x):
    return np.asarray(ContinuousBernoulli(ops.convert_to_tensor(logits, "float32")).log_prob(x), "float64")


def mean(logits):
    return np.asarray(ContinuousBernoulli(ops.convert_to_tensor(logits, "float32")).mean(), "float64")


def test_its_density_is_a_truncated_exponentials():
    x = np.linspace(0, 1, 11).astype("float32")[:, None]
    l = LOGITS.astype("float64")  # noqa: E741
    assert np.allclose(log_prob(LOGITS, x), l * x - log_z(l), rtol=1e-6, atol=1e-6)
    falling = -l[l < -0.01]
    truth = stats.truncexpon.logpdf(x[:-1].astype("float64"), b=falling, scale=1 / falling)
    assert np.allclose(log_prob(LOGITS[l < -0.01], x[:-1]), truth, rtol=1e-5, atol=1e-5)


def test_near_one_half_its_constant_keeps_its_digits_on_both_sides_of_the_cut():
    """log C = softplus(l) - log Z(l), the constant of x log p + (1 - x) log(1 - p)."""
    logit = np.log(0.52 / 0.48)
    constants = [np.logaddexp(0, each) + log_prob([each], 0.0)[0] for each in (logit, -logit)]
    assert np.allclose(constants, 0.6936809, atol=2e-7)
    assert np.array_equal(log_prob([0.0], np.float32([0, 0.3, 1])), [0, 0, 0])
    fine = np.linspace(0.4999, 0.5001, 201)
    assert np.abs(np.diff(log_prob(fine, 0.0)) + 0.5 * np.diff(fine) * (1 + 1 / 12)).max() < 3e-7


@pytest.mark.parametrize(("q", "p", "kl"), [(-0.1343, -0.0340, 4.1895e-4), (-500.0, 20.0, 22.17888)])
def test_its_divergence_from_another_is_never_negative(q, p, kl):
    """KL = (l_q - l_p) mean_q - log Z(l_q) + log Z(l_p)."""
    found = (q - p) * mean([q])[0] + log_prob([q], 0.0)[0] - log_prob([p], 0.0)[0]
    assert found == pytest.approx(kl, rel=2e-3, abs=1e-6)


def test_its_mean_is_the_slope_of_its_constant_and_has_an_inverse():
    l = np.concatenate([LOGITS.astype("float64"), np.linspace(-3, 3, 100)])  # noqa: E741
    truth = (log_z(l + 1e-4) - log_z(l - 1e-4)) / 2e-4
    assert np.allclose(mean(l), truth, atol=1e-6)
    inside = np.abs(l) < 900
    assert np.allclose(logit_of_mean(truth)[inside], l[inside], rtol=1e-3, atol=1e-3)
    assert logit_of_mean(0.5) == 0


@tensorflow_only
def test_its_mean_has_a_slope_far_out_and_nothing_is_nan():
    import tensorflow as tf

    l = tf.constant([-100.0, 100.0, -1e30, 1e30, 0.0, 0.5, -0.5])  # noqa: E741
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(l)
        distribution = ContinuousBernoulli(l)
        means, log_p = distribution.mean(), distribution.log_prob(0.25)
    slope = tape.gradient(means, l).numpy()
    assert np.allclose(slope[:2], 1e-4, rtol=1e-4)
    assert np.isfinite(slope).all() and np.isfinite(log_p).all()
    assert np.allclose(tape.gradient(log_p, l), 0.25 - means, atol=1e-6)


@pytest.mark.parametrize("by", ["zoo.random.draw", "TFP's sample"])
def test_draws_have_its_distribution(by):
    for logit in LOGITS:
        distribution = ContinuousBernoulli(ops.convert_to_tensor([logit]))
        if by == "zoo.random.draw":
            drawn = draw(distribution, key(3), (20_000,))
        else:
            drawn = distribution.sample(20_000, seed=stateless_seed(key(3)))
        drawn, l = np.asarray(drawn, "float64")[:, 0], np.float64(logit)  # noqa: E741
        assert drawn.min() >= 0 and drawn.max() <= 1
        # F(x) = (exp(l x) - 1) / (exp(l) - 1), of which far out only the end counts.
        cdf = drawn + l * drawn * (drawn - 1) / 2 if abs(l) < 1e-3 else np.expm1(l * drawn) / np.expm1(l)
        cdf = np.exp(l * (drawn - 1)) if l > 30 else cdf
        assert stats.kstest(cdf, "uniform").pvalue > 1e-3, logit
