import numpy as np
import pytest

from tests.evaluation.known_factors import FACTORS, mixed, noise, perfect
from zoo.errors import InputError
from zoo.evaluation.factors.dci import completeness, dci, disentanglement


def test_codes_that_are_the_factors_score_1(rng):
    scores = dci(np.concatenate([perfect(), noise(rng)], axis=1), FACTORS, trees=20)
    assert [scores[name] for name in ("disentanglement", "completeness", "informativeness")] == pytest.approx(
        [1, 1, 1], abs=1e-6
    )


def test_mixtures_score_low_but_inform():
    scores = dci(mixed(), FACTORS, trees=20)
    assert scores["disentanglement"] < 0.3 and scores["completeness"] < 0.3
    assert scores["informativeness"] > 0.8


def test_noise_informs_by_chance(rng):
    scores = dci(noise(rng), FACTORS, trees=20)
    assert scores["disentanglement"] < 0.05 and scores["completeness"] < 0.05
    assert abs(scores["informativeness"] - 1 / 4) < 4 * scores["informativeness_se"]


def test_scores_of_a_matrix_worked_out_by_hand():
    """Row 0 serves one factor of two, row 1 both alike; it has 2/3 of all importance, for a score of 1/3.

    Column 0 has shares (1/2, 1/2): 0. Column 1 has (0, 1): 1.
    """
    importance = np.array([[1.0, 0.0], [1.0, 1.0]])
    assert disentanglement(importance) == pytest.approx(1 / 3)
    assert completeness(importance) == pytest.approx(1 / 2)


def test_one_dimension_for_all_factors_is_complete_and_not_disentangled():
    importance = np.array([[1.0, 1.0, 1.0], [0.0, 0.0, 0.0]])
    assert disentanglement(importance) == pytest.approx(0)
    assert completeness(importance) == pytest.approx(1)


def test_codes_that_never_move_have_no_importance():
    scores = dci(np.zeros([len(FACTORS), 2]), FACTORS, trees=2)
    assert np.isfinite(list(scores.values())).all()
    assert scores["disentanglement"] == 0


def test_the_errors_are_those_of_other_images(rng):
    found, names = [], ("disentanglement", "completeness", "informativeness")
    for _ in range(15):
        factors = rng.integers(3, size=(200, 2))
        codes = factors @ [[1.0, 0.4], [0.3, 1.0]] + 0.5 * rng.normal(size=factors.shape)
        found.append(dci(codes, factors, trees=5))
    deviations = [np.std([scores[name] for scores in found]) for name in names]
    errors = [np.mean([scores[f"{name}_se"] for scores in found]) for name in names]
    ratios = np.array(errors) / deviations
    # The chance in the forests makes the jackknife's somewhat large.
    assert (ratios[:2] > 0.8).all() and (ratios[:2] < 2).all()
    # That of the third says nothing of other training images.
    assert 0.5 < ratios[2] < 1.5


def test_progress_adds_up():
    done = []
    dci(perfect(), FACTORS, folds=2, trees=2, progress=done.append)
    assert sum(done) == 2 * 3


def test_a_single_column_is_refused():
    with pytest.raises(InputError, match="codes have 2 and factors 1 columns"):
        dci(np.zeros([4, 2]), np.array([[0], [1], [0], [1]]))
