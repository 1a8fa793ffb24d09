import itertools

import numpy as np
import pytest
from scipy.stats import bernoulli

from zoo.evaluation.likelihood.independent_pixels import IndependentBits, IndependentLevels

#: All images of three bits, and all of two 8-bit pixels.
BITS = np.array(list(itertools.product([0.0, 1.0], repeat=3)), "float32")
LEVELS = np.stack(np.divmod(np.arange(65536), 256), axis=1) / np.float32(255)


def test_bits_are_scipys_with_laplaces_rule(rng):
    x = (rng.random((50, 3)) < [0.0, 0.3, 0.9]).astype("float32")
    bits = IndependentBits(3)
    for block in np.array_split(x, 4):
        bits.add(block)
    p = (1 + x.sum(axis=0)) / 52
    assert bits.log_prob(BITS) == pytest.approx(bernoulli.logpmf(BITS, p).sum(axis=1))
    assert np.exp(bits.log_prob(BITS)).sum() == pytest.approx(1)


def test_grey_is_the_mean_over_pixels_that_are_drawn(rng):
    """As a Bernoulli likelihood has it."""
    bits = IndependentBits(3)
    bits.add(BITS[:5])
    grey = np.array([[0.2, 0.5, 1.0]])
    chance = np.where(BITS == 1, grey, 1 - grey).prod(axis=1)
    assert bits.log_prob(grey)[0] == pytest.approx(chance @ bits.log_prob(BITS))


def test_levels_sum_to_one_and_are_the_formula(rng):
    k = np.array([[3, 7], [3, 9], [5, 7]])
    levels = IndependentLevels(2)
    levels.add(k[:1] / np.float32(255))
    levels.add(k[1:] / np.float32(255))
    levels.prior_images = 4
    log_prob = levels.log_prob(LEVELS)
    assert np.exp(log_prob).sum() == pytest.approx(1)
    # Of six pixels 3 and 7 were there twice, 9 once and 200 never.
    first, second = (2 + 4 * 3 / 262) / 7, (1 + 4 * 2 / 262) / 7
    assert log_prob[3 * 256 + 9] == pytest.approx(np.log(first * second))
    assert log_prob[200 * 256 + 9] == pytest.approx(np.log(4 * 1 / 262 / 7 * second))


def test_validation_images_choose_how_much_is_smoothed(rng):
    def chosen(train, validation):
        levels = IndependentLevels(4)
        levels.add(train)
        levels.choose(validation)
        return levels.prior_images

    # Pixels that are all alike have most to learn from each other; pixels that never change, nothing.
    alike = rng.integers(256, size=(60, 4)) / np.float32(255)
    constant = np.tile(np.array([[0.0, 0.2, 0.6, 1.0]], "float32"), (60, 1))
    assert chosen(alike[:30], alike[30:]) == 256
    assert chosen(constant[:30], constant[30:]) == 1
