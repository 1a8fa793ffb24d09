import numpy as np
import pytest
from scipy.special import log_softmax

from zoo.errors import InputError
from zoo.evaluation.inception_score import inception_score


@pytest.mark.parametrize("classes", [2, 10, 1000])
def test_one_sure_image_of_each_class_gives_their_number(classes):
    with np.errstate(divide="ignore"):
        log_probs = np.log(np.tile(np.eye(classes), [4, 1]))
    found = inception_score(log_probs, splits=4)
    assert found["score"] == pytest.approx(classes, rel=1e-12) and found["score_se"] == pytest.approx(0, abs=1e-9)


def test_images_that_are_all_alike_give_1():
    assert inception_score(np.log(np.tile([[0.7, 0.2, 0.1]], [30, 1])))["score"] == pytest.approx(1, abs=1e-12)


def test_a_case_that_can_be_enumerated():
    """Two kinds of images, a and b, in two splits: (a, a, b) and (a, b, b)."""
    a, b = np.array([0.5, 0.5, 0.0]), np.array([0.1, 0.3, 0.6])

    def divergence(p, q):
        return sum(p_k * np.log(p_k / q_k) for p_k, q_k in zip(p, q, strict=True) if p_k)

    first, second = (2 * a + b) / 3, (a + 2 * b) / 3
    scores = [
        np.exp((2 * divergence(a, first) + divergence(b, first)) / 3),
        np.exp((divergence(a, second) + 2 * divergence(b, second)) / 3),
    ]
    with np.errstate(divide="ignore"):
        found = inception_score(np.log([a, a, b, a, b, b]), splits=2)
    assert found["score"] == pytest.approx(np.mean(scores), rel=1e-12)
    assert found["score_sd"] == pytest.approx(abs(scores[0] - scores[1]) / np.sqrt(2), rel=1e-9)
    assert found["score_se"] == pytest.approx(abs(scores[0] - scores[1]) / 2, rel=1e-9)


def test_the_standard_error_is_the_spread_over_draws(rng):
    found = [inception_score(log_softmax(3 * rng.normal(size=(400, 5)), axis=1)) for _ in range(60)]
    assert np.mean([each["score_se"] for each in found]) == pytest.approx(np.std([e["score"] for e in found]), rel=0.3)


def test_logits_and_too_few_images_are_refused(rng):
    with pytest.raises(InputError, match="log_softmax"):
        inception_score(rng.normal(size=(100, 10)))
    with pytest.raises(InputError, match="splits is 10 of 15 images"):
        inception_score(np.log(np.full([15, 2], 0.5)))
