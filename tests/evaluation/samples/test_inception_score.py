import numpy as np
import pytest
from scipy.special import log_softmax

from zoo.errors import InputError
from zoo.evaluation.samples.inception_score import inception_score


def sure(labels, classes):
    with np.errstate(divide="ignore"):
        return np.log(np.eye(classes)[labels])


@pytest.mark.parametrize("classes", [2, 10, 1000])
def test_sure_images_of_each_class_give_their_number(classes):
    found = inception_score(sure(np.tile(np.arange(classes), 4), classes), splits=1)
    assert found["score"] == pytest.approx(classes, rel=1e-12)
    assert found["score_se"] is None and found["score_sd"] is None


def test_the_order_of_the_images_is_no_matter():
    """Sorted by class, consecutive splits would each be of one class, and score 1."""
    ordered, shuffled = (
        np.repeat(np.arange(10), 500),
        np.random.default_rng(0).permutation(np.repeat(np.arange(10), 500)),
    )
    found = [inception_score(sure(labels, 10), seed=seed) for labels in (ordered, shuffled) for seed in range(3)]
    # Chance leaves p(y) of 500 images off by a KL of about (10 - 1) / (2 * 500).
    assert [each["score"] for each in found] == pytest.approx([10 * np.exp(-9 / 1000)] * 6, rel=0.005)
    assert len({each["score"] for each in found[:3]}) == 3
    assert inception_score(sure(ordered, 10), seed=2) == found[2]


def test_images_that_are_all_alike_give_1():
    assert inception_score(np.log(np.tile([[0.7, 0.2, 0.1]], [30, 1])))["score"] == pytest.approx(1, abs=1e-12)


def test_a_case_that_can_be_enumerated():
    """Two kinds of images, three a and three b, in two splits: all of one kind in each, or (a, a, b) and (a, b, b)."""
    a, b = np.array([0.5, 0.5, 0.0]), np.array([0.1, 0.3, 0.6])

    def divergence(p, q):
        return sum(p_k * np.log(p_k / q_k) for p_k, q_k in zip(p, q, strict=True) if p_k)

    first, second = (2 * a + b) / 3, (a + 2 * b) / 3
    scores = [
        np.exp((2 * divergence(a, first) + divergence(b, first)) / 3),
        np.exp((divergence(a, second) + 2 * divergence(b, second)) / 3),
    ]
    with np.errstate(divide="ignore"):
        found = [inception_score(np.log([a, a, a, b, b, b]), splits=2, seed=seed) for seed in range(200)]
    # Of the 20 ways to deal out three of six, 2 leave the kinds apart.
    apart = np.array([each["score"] == pytest.approx(1, abs=1e-12) for each in found])
    assert 0.02 < apart.mean() < 0.2
    for each in (each for each, alone in zip(found, apart, strict=True) if not alone):
        assert each["score"] == pytest.approx(np.mean(scores), rel=1e-12)
        assert each["score_sd"] == pytest.approx(abs(scores[0] - scores[1]) / np.sqrt(2), rel=1e-9)
        assert each["score_se"] == pytest.approx(abs(scores[0] - scores[1]) / 2, rel=1e-9)


def test_the_standard_error_is_the_spread_over_draws(rng):
    found = [inception_score(log_softmax(3 * rng.normal(size=(400, 5)), axis=1)) for _ in range(60)]
    assert np.mean([each["score_se"] for each in found]) == pytest.approx(np.std([e["score"] for e in found]), rel=0.3)


def test_logits_and_too_few_images_are_refused(rng):
    with pytest.raises(InputError, match="log_softmax"):
        inception_score(rng.normal(size=(100, 10)))
    with pytest.raises(InputError, match="splits is 10 of 15 images"):
        inception_score(np.log(np.full([15, 2], 0.5)))
    with pytest.raises(InputError, match="splits is 0"):
        inception_score(np.log(np.full([15, 2], 0.5)), splits=0)
