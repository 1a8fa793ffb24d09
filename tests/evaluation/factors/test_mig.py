import numpy as np
import pytest
from sklearn.metrics import mutual_info_score

from tests.evaluation.known_factors import FACTORS, mixed, noise, perfect
from zoo.errors import InputError
from zoo.evaluation.factors.mig import entropies, mig, mutual_information


def test_codes_that_are_the_factors_score_1(rng):
    scores = mig(np.concatenate([perfect(), noise(rng)], axis=1), FACTORS)
    # Noise in 20 bins seems to know (20 - 1) (4 - 1) / (2 N) nats of a factor of log 4.
    assert scores["mig"] == pytest.approx(1 - 19 * 3 / (2 * 512) / np.log(4), abs=0.03)
    assert mig(perfect(), FACTORS)["mig"] == pytest.approx(1)
    assert mig(perfect(), FACTORS)["mig_se"] < 0.02


def test_a_second_copy_of_a_factor_closes_its_gap():
    """Two of three factors have a gap of 1 left."""
    assert mig(np.concatenate([perfect(), -FACTORS[:, :1]], axis=1), FACTORS)["mig"] == pytest.approx(2 / 3)


def test_mixtures_and_noise_score_low(rng):
    assert mig(noise(rng), FACTORS)["mig"] < 0.02
    assert mig(mixed(), FACTORS)["mig"] < 0.5


def test_it_is_the_gap_worked_out_by_hand():
    """One dimension is the fair bit v, the other agrees with it 3 times out of 4: I = log 2 - H(1/4).

    The gap is H(1/4) over log 2, 0.8113 bits of 1, and a factor of which no dimension knows anything halves the mean.
    """
    v = np.array([0, 0, 0, 0, 1, 1, 1, 1] * 2)
    agrees = np.array([0, 0, 0, 1, 1, 1, 1, 0] * 2)
    other = np.repeat([0, 1], 8)
    codes = np.stack([agrees, v], axis=1)
    assert mig(codes, v[:, None])["mig"] == pytest.approx(0.8112781, abs=1e-7)
    assert mig(codes, np.stack([v, other], axis=1))["mig"] == pytest.approx(0.8112781 / 2, abs=1e-7)


def test_the_gap_is_a_share_of_the_factors_entropy():
    """A lopsided bit that is known in full has a gap of 1 like a fair one."""
    v = np.array([0] * 9 + [1])
    assert mig(np.stack([v, 0 * v], axis=1), v[:, None])["mig"] == pytest.approx(1)
    # Beside a fair one of which nothing is known it is one of two: each gap is a share of its own factor's.
    v, w = np.tile(v, 2), np.repeat([0, 1], 10)
    assert mig(np.stack([v, 0 * v], axis=1), np.stack([v, w], axis=1))["mig"] == pytest.approx(0.5)


def test_the_bins_are_of_equal_width():
    """With two bins from 0 to 10 the codes 0, 1 and 2 are one, for log 2 - 3/4 H(1/3); two by two they know nothing."""
    v = np.array([0, 1, 0, 1])
    codes = np.stack([[0.0, 1.0, 2.0, 10.0], np.zeros(4)], axis=1)
    known = np.log(2) - 0.75 * (np.log(3) - 2 / 3 * np.log(2))
    assert mig(codes, v[:, None], bins=2)["mig"] == pytest.approx(known / np.log(2))


def test_information_is_scikit_learns(rng):
    cells, factors = rng.integers(5, size=(200, 3)), rng.integers(3, size=(200, 2))
    expected = [[mutual_info_score(z, v) for v in factors.T] for z in cells.T]
    assert np.allclose(mutual_information(cells, factors), expected)
    assert entropies(np.array([[0], [0], [1], [2]])) == pytest.approx(1.5 * np.log(2))


def test_the_error_is_that_of_other_images(rng):
    """Draws of 300 images: the scores' deviation over 30 of them is what each one's error says."""
    found = []
    for _ in range(30):
        factors = rng.integers(4, size=(300, 2))
        found.append(mig(factors + 0.7 * rng.normal(size=factors.shape), factors, resamples=30))
    deviation = np.std([scores["mig"] for scores in found])
    assert np.mean([scores["mig_se"] for scores in found]) == pytest.approx(deviation, rel=0.5)


def test_a_single_dimension_has_no_gap():
    with pytest.raises(InputError, match="one dimension"):
        mig(FACTORS[:, :1], FACTORS)
