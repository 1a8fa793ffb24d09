import keras
import numpy as np
import pytest
from scipy.special import log_softmax

from zoo.errors import InputError
from zoo.likelihoods.one_hot import OneHot
from zoo.random import draw, key, mean_image, sides

LOGITS = np.random.default_rng(0).normal(size=(3, 4)).astype("float32")


def one_hot():
    likelihood = OneHot(keras.Sequential([keras.Input((4,)), keras.layers.Activation("linear")]))
    likelihood.build((None, 4))
    return likelihood


def test_it_is_the_log_softmax_at_the_label():
    found = [one_hot()(LOGITS).log_prob(np.eye(4, dtype="float32")[label]) for label in range(4)]
    assert np.allclose(np.transpose(found), log_softmax(LOGITS.astype("float64"), axis=1), atol=1e-6)


def test_what_is_not_one_hot_has_no_probability():
    p = one_hot()(LOGITS)
    for x in ([0, 0, 0, 0], [1, 1, 0, 0], [0.5, 0.5, 0, 0], [2, -1, 0, 0]):
        assert np.isneginf(p.log_prob(np.array(x, "float32"))).all()


def test_labels_are_drawn_as_often_as_they_are_probable():
    p, n = one_hot()(LOGITS), 20_000
    drawn, truth = np.asarray(draw(p, key(3), (n,))), np.exp(log_softmax(LOGITS.astype("float64"), axis=1))
    assert (np.isin(drawn, (0, 1)) & (drawn.sum(-1, keepdims=True) == 1)).all()
    assert (np.abs(drawn.mean(0) - truth) < 4.5 * np.sqrt(truth * (1 - truth) / n)).all()
    assert np.allclose(mean_image(p, key(3)), truth, atol=1e-6)
    low, high = (np.argmax(side, -1) for side in sides(p, key(3), 0.02, (n,)))
    assert (low <= np.argmax(drawn, -1)).all() and (np.argmax(drawn, -1) <= high).all() and (low < high).any()


def test_it_begins_at_the_mean_of_the_labels():
    decoder = keras.Sequential([keras.Input((4,)), keras.layers.Dense(4, kernel_initializer="zeros")])
    likelihood = OneHot(decoder)
    likelihood.build((None, 4))
    likelihood.start_at(np.array([0.1, 0.2, 0.3, 0.4]))
    assert np.allclose(likelihood(LOGITS).mean(), [0.1, 0.2, 0.3, 0.4], atol=1e-5)


def test_others_are_refused():
    with pytest.raises(InputError, match="labels isn't one-hot: give zeros and one 1"):
        one_hot().check(np.array([[0, 1, 1, 0]], "float32"), "labels")
    one_hot().check(np.eye(4, dtype="float32"), "labels")
