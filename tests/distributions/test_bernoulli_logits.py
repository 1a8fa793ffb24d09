import numpy as np
from scipy.special import log_expit

from zoo.distributions.bernoulli_logits import BernoulliLogits
from zoo.random import draw, key


def test_log_prob_is_exact_at_any_logit():
    logits = np.array([-1e30, -500.0, -20.0, -1.0, 0.0, 3.0, 20.0, 500.0, 1e30], "float32")
    distribution = BernoulliLogits(logits)
    assert np.allclose(distribution.log_prob(np.ones(9, "float32")), log_expit(logits.astype("float64")), rtol=1e-5)
    assert np.allclose(distribution.log_prob(np.zeros(9, "float32")), log_expit(-logits.astype("float64")), rtol=1e-5)


def test_it_is_drawn_from_and_has_a_mean_as_any_bernoulli():
    distribution = BernoulliLogits(np.array([-2.0, 0.5], "float32"))
    assert np.allclose(distribution.mean(), 1 / (1 + np.exp([2.0, -0.5])), atol=1e-6)
    assert np.allclose(np.mean(draw(distribution, key(0), (20_000,)), axis=0), distribution.mean(), atol=0.015)
