import numpy as np
from keras import ops

from zoo.distributions.chain import Chain
from zoo.distributions.label import Label
from zoo.numerics.divergence import kl_per_dimension
from zoo.probability import tfd
from zoo.random import center, draw, key

LOGITS = np.log([[0.2, 0.5, 0.3], [0.7, 0.1, 0.2]]).astype("float32")
ALL = np.eye(3, dtype="float32")


def test_its_probabilities_sum_to_one_and_a_known_label_has_all_of_it():
    for known in (None, np.array([2, -1]), np.array([0, 1]), np.array([7, -3])):
        label = Label(LOGITS, known)
        log_p = np.stack([label.log_prob(np.stack([y, y])) for y in ALL], axis=1)  # [B, K]
        assert np.allclose(np.exp(log_p), label.probabilities(), atol=1e-6)
        assert np.allclose(np.exp(log_p).sum(1), 1, atol=1e-6)
    assert np.array_equal(np.exp(Label(LOGITS, np.array([2, -1])).log_prob(np.stack([ALL[2], ALL[2]]))[:1]), [1])


def test_draws_have_their_probabilities_and_what_is_known_is_not_drawn():
    found = np.asarray(draw(Label(LOGITS), key(1), (20000,)))
    assert set(np.unique(found)) == {0, 1}
    assert (found.sum(-1) == 1).all()
    assert np.allclose(found.mean(0), np.exp(LOGITS), atol=4 * 0.5 / np.sqrt(20000))
    known = np.asarray(draw(Label(LOGITS, np.array([1, -1])), key(1), (20000,)))
    assert (known[:, 0] == ALL[1]).all()
    assert np.array_equal(known[:, 1], found[:, 1])


def test_labels_may_have_axes_of_their_own():
    every = np.array([[0, 0], [1, 1], [2, 2]])
    drawn = np.asarray(draw(Label(LOGITS, every), key(1), (4,)))
    assert drawn.shape == (4, 3, 2, 3)
    assert (drawn.argmax(-1) == every).all()


def test_at_its_centre_is_the_first_of_the_highest_scores():
    assert np.array_equal(center(Label(LOGITS)), ALL[[1, 0]])
    assert np.array_equal(center(Label(np.zeros([1, 3], "float32"))), ALL[:1])
    scores = lambda: ops.convert_to_tensor([[0.0, 5.0, 5.0], [0.0, 0.0, 9.0]])  # noqa: E731
    assert np.array_equal(center(Label(LOGITS, scores=scores)), ALL[[1, 2]])
    assert np.array_equal(center(Label(LOGITS, np.array([0, -1]), scores)), ALL[[0, 2]])


def test_the_divergence_is_its_definitions():
    q, p = np.exp(LOGITS), np.array([0.1, 0.6, 0.3])
    prior = Label(np.log(p).astype("float32"))
    found = np.asarray(kl_per_dimension(Label(LOGITS), prior))
    assert np.allclose(found.sum(1), (q * np.log(q / p)).sum(1), atol=1e-6)
    assert np.allclose(found, q * np.log(q / p), atol=1e-6)
    # The traps: a uniform q has 0 nats over a uniform prior, a certain one log K.
    uniform = Label(np.zeros(10, "float32"))
    assert np.allclose(np.sum(kl_per_dimension(Label(np.zeros([1, 10], "float32")), uniform)), 0, atol=1e-6)
    certain = Label(np.array([[200.0] + [0.0] * 9], "float32"))
    assert np.allclose(np.sum(kl_per_dimension(certain, uniform)), 2.302585, atol=1e-5)
    # What is known has cost nothing, and has the prior's probability to pay for.
    known = np.asarray(kl_per_dimension(Label(LOGITS, np.array([1, -1])), prior))
    assert np.allclose(known[0], [0, -np.log(0.6), 0], atol=1e-6)
    assert kl_per_dimension(Label(LOGITS), tfd.Independent(tfd.Normal(ops.zeros(3), 1.0), 1)) is None


def test_a_code_that_knows_nothing_of_the_label_is_drawn_for_each():
    code = tfd.Independent(tfd.Normal(ops.zeros([2]), 1.0), 1)
    chain = Chain(Label(ops.zeros([3])), code, 3)
    z = np.asarray(draw(chain, key(2), (500,)))
    assert z.shape == (500, 5)
    assert len(np.unique(z[:, 3:])) == 1000
    assert np.allclose(chain.log_prob(z), -np.log(3) - np.log(2 * np.pi) - 0.5 * (z[:, 3:] ** 2).sum(1), atol=1e-5)
    assert np.asarray(center(Chain(Label(LOGITS), code, 3))).tolist() == [[0, 1, 0, 0, 0], [1, 0, 0, 0, 0]]
