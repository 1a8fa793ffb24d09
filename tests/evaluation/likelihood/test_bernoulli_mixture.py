import itertools

import numpy as np
import pytest
from scipy.stats import bernoulli

from zoo.evaluation.likelihood.bernoulli_mixture import BernoulliMixture, fit_bernoulli_mixture

#: All images of six pixels.
ALL = np.array(list(itertools.product([0.0, 1.0], repeat=6)), "float32")
TRUE = BernoulliMixture(
    np.array([0.2, 0.3, 0.5]),
    np.array([[0.9, 0.9, 0.9, 0.9, 0.1, 0.1], [0.1, 0.9, 0.1, 0.9, 0.1, 0.9], [0.1, 0.1, 0.1, 0.2, 0.9, 0.9]]),
)


def drawn(rng, n):
    kind = rng.choice(3, n, p=TRUE.weights)
    return (rng.random((n, 6)) < TRUE.probabilities[kind]).astype("float32")


def test_log_prob_is_scipys_and_sums_to_one():
    each = bernoulli.pmf(ALL[:, None], TRUE.probabilities).prod(axis=-1)
    assert TRUE.log_prob(ALL) == pytest.approx(np.log(each @ TRUE.weights), abs=1e-5)
    assert np.exp(TRUE.log_prob(ALL)).sum() == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("seed", range(3))
def test_it_finds_the_mixture_that_the_images_are_drawn_from(rng, seed):
    """All there is to gain over independent pixels is 0.87 nats; of that the fit misses a few thousandths.

    There are 64 images of six pixels, so that it begins at some of them twice: three components can stay at one kind.
    """
    p = np.exp(TRUE.log_prob(ALL))
    fitted = fit_bernoulli_mixture(drawn(rng, 20_000), 6, seed, steps=200)
    divergence = np.sum(p * (TRUE.log_prob(ALL) - fitted.log_prob(ALL)))
    independent = np.sum(p * (TRUE.log_prob(ALL) - bernoulli.logpmf(ALL, p @ ALL).sum(axis=1)))
    assert 0 <= divergence < 0.005 < 0.8 < independent


def test_components_that_begin_at_equal_images_part(rng):
    """Of two kinds, all of whose images are equal, half of the seeds begin at two of one kind."""
    x = np.repeat(np.float32([[0] * 6, [1] * 6]), 50, axis=0)
    for seed in range(8):
        fitted = fit_bernoulli_mixture(x, 2, seed, steps=100)
        assert np.ptp(fitted.probabilities[:, 0]) > 0.9


def test_each_step_raises_the_likelihood_with_its_priors(rng):
    x = drawn(rng, 40)
    mean = (0.5 + x.sum(axis=0)) / 41

    def posterior(steps):
        weights, p = fit = fit_bernoulli_mixture(x, 5, seed=3, steps=steps)
        return fit.log_prob(x).sum() + np.log(weights).sum() + np.sum(mean * np.log(p) + (1 - mean) * np.log1p(-p))

    values = [posterior(steps) for steps in range(1, 9)]
    assert np.all(np.diff(values) > -1e-3) and values[-1] > values[0] + 1


def test_a_step_is_the_formula(rng):
    """With more images than are looked at together."""
    x = drawn(rng, 12_000)
    before, after = (fit_bernoulli_mixture(x, 2, seed=1, steps=steps) for steps in (1, 2))
    joint = before.weights * bernoulli.pmf(x[:, None], before.probabilities).prod(axis=-1)
    share = joint / joint.sum(axis=1, keepdims=True)
    mean = (0.5 + x.sum(axis=0)) / 12_001
    assert after.weights == pytest.approx((1 + share.sum(axis=0)) / 12_002, rel=1e-4)
    expected = (mean + share.T @ x) / (1 + share.sum(axis=0))[:, None]
    assert after.probabilities == pytest.approx(expected, rel=1e-3)


def test_a_seed_is_a_fit_and_images_that_are_all_the_same_are_no_trouble(rng):
    x = drawn(rng, 30)
    first, again, other = (fit_bernoulli_mixture(x, 4, seed=seed) for seed in (0, 0, 1))
    assert np.array_equal(first.probabilities, again.probabilities)
    assert not np.array_equal(first.probabilities, other.probabilities)
    for constant in (np.zeros([7, 6], "float32"), np.ones([7, 6], "float32")):
        assert np.isfinite(fit_bernoulli_mixture(constant, 7).log_prob(ALL)).all()
