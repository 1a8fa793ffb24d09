import itertools

import numpy as np
import pytest
from keras import ops

from zoo.distributions.one_hots import OneHots
from zoo.numerics.divergence import kl_per_dimension
from zoo.probability import tfd
from zoo.random import center, draw, from_uniform, key, sides, uniform

PROBABILITIES = np.array([[[0.2, 0.5, 0.3], [0.7, 0.1, 0.2]], [[0.0, 1.0, 0.0], [0.3, 0.3, 0.4]]])
with np.errstate(divide="ignore"):
    LOGITS = np.maximum(np.log(PROBABILITIES), -1e9).astype("float32")
#: All codes of two variables of three classes, `[9, 2, 3]`.
CODES = np.array([np.eye(3)[list(each)] for each in itertools.product(range(3), repeat=2)], "float32")


def flat(codes):
    return codes.reshape(*codes.shape[:-2], -1)


def test_its_density_is_the_enumerated_one():
    found = np.exp(OneHots(LOGITS).log_prob(flat(CODES)[:, None]))
    expected = np.prod(np.sum(CODES[:, None] * PROBABILITIES, axis=-1), axis=-1)
    assert np.allclose(found, expected, atol=1e-6)
    assert np.allclose(found.sum(0), 1, atol=1e-6)


def test_each_code_is_drawn_as_often_as_it_is_likely():
    found = np.asarray(draw(OneHots(LOGITS), key(1), (20_000,)))
    assert found.shape == (20_000, 2, 6)
    p = np.exp(OneHots(LOGITS).log_prob(flat(CODES)[:, None]))
    shares = np.array([(found == code).all(-1).mean(0) for code in flat(CODES)])
    assert (np.abs(shares - p) <= 4.5 * np.sqrt(p * (1 - p) / len(found)) + 1e-7).all()
    assert np.allclose(shares.sum(0), 1, atol=1e-6), "what is drawn is one-hot"


def test_a_uniform_stands_for_each_variable():
    u = np.array([[0.1, 0.75], [0.5, 0.95]], "float32")
    found = np.asarray(from_uniform(OneHots(LOGITS), u)).reshape(2, 2, 3)
    assert np.array_equal(found, np.eye(3)[[[0, 1], [1, 2]]])


def test_the_sides_of_a_draw_differ_where_its_uniform_is_near_a_step():
    one_hots = OneHots(LOGITS[:1])
    low, high = (np.asarray(z).reshape(20_000, 2, 3).argmax(-1) for z in sides(one_hots, key(2), 0.01, (20_000,)))
    u = np.asarray(uniform(key(2), (20_000, 1, 2)))[:, 0]
    steps = np.cumsum(PROBABILITIES[0], axis=-1)[:, :-1]
    near = (np.abs(u[..., None] - steps) < 0.01).any(-1)
    assert np.array_equal(high - low, near)
    drawn = np.asarray(draw(one_hots, key(2), (20_000,))).reshape(20_000, 2, 3).argmax(-1)
    assert ((low <= drawn) & (drawn <= high)).all()


def test_at_its_centre_are_the_most_probable_classes():
    assert np.array_equal(center(OneHots(LOGITS)), flat(np.eye(3)[[[1, 0], [1, 2]]]))
    assert np.array_equal(center(OneHots(ops.zeros([2, 3]))), [1, 0, 0, 1, 0, 0])


def test_the_divergence_is_its_definitions():
    q, p = PROBABILITIES[:1], np.array([[0.1, 0.6, 0.3], [0.2, 0.2, 0.6]])
    prior = OneHots(np.log(p).astype("float32"))
    found = np.asarray(kl_per_dimension(OneHots(LOGITS[:1]), prior))
    assert np.allclose(found, flat(q * np.log(q / p)), atol=1e-6)
    # By enumeration of the nine codes, too.
    log_q, log_p = (np.asarray(d.log_prob(flat(CODES)[:, None]), "float64")[:, 0] for d in (OneHots(LOGITS[:1]), prior))
    assert found.sum() == pytest.approx(np.sum(np.exp(log_q) * (log_q - log_p)), abs=1e-5)
    # The traps: a uniform q has 0 nats over a uniform prior, a certain one log K for each variable.
    uniform_prior = OneHots(np.zeros([2, 10], "float32"))
    assert np.allclose(np.sum(kl_per_dimension(OneHots(np.zeros([1, 2, 10], "float32")), uniform_prior)), 0, atol=1e-6)
    certain = OneHots(np.array([[[200.0] + [0.0] * 9] * 2], "float32"))
    assert np.allclose(np.sum(kl_per_dimension(certain, uniform_prior)), 2 * 2.302585, atol=1e-5)
    assert kl_per_dimension(certain, tfd.Independent(tfd.Normal(ops.zeros(20), 1.0), 1)) is None


def test_of_two_classes_it_is_the_bernoulli(rng):
    logits = rng.normal(size=(4, 3)).astype("float32")
    bits = (rng.random((4, 3)) < 0.5).astype("float32")
    pairs = OneHots(np.stack([np.zeros_like(logits), logits], -1))
    expected = tfd.Independent(tfd.Bernoulli(logits=logits), 1).log_prob(bits)
    assert np.allclose(pairs.log_prob(flat(np.stack([1 - bits, bits], -1))), expected, atol=1e-5)
