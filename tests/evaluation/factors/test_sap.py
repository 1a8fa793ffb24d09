import numpy as np
import pytest

from tests.evaluation.known_factors import FACTORS, mixed, noise, perfect
from zoo.errors import InputError
from zoo.evaluation.factors.sap import sap, squared_correlations


def test_codes_that_are_the_factors_score_1(rng):
    scores = sap(np.concatenate([perfect(), noise(rng)], axis=1), FACTORS)
    assert scores["sap"] == pytest.approx(1, abs=0.03)
    assert sap(perfect(), FACTORS)["sap"] == pytest.approx(1)


def test_mixtures_and_noise_score_low(rng):
    assert sap(noise(rng), FACTORS)["sap"] < 0.03
    # Each factor has an R^2 of 4/9 with two of the dimensions.
    assert sap(mixed(), FACTORS)["sap"] == pytest.approx(0, abs=1e-6)


def test_a_known_correlation_is_the_gap(rng):
    """z = v + noise of half v's deviation has an R^2 of 1 / 1.25 with v; the other dimension has none."""
    v = rng.integers(4, size=20_000)
    codes = np.stack([v + 0.5 * v.std() * rng.normal(size=v.shape), rng.normal(size=v.shape)], axis=1)
    scores = sap(codes, v[:, None], resamples=30)
    assert abs(scores["sap"] - 0.8) < 4 * scores["sap_se"]
    assert scores["sap_se"] < 0.01


def test_a_factor_without_order_is_told_by_thresholds(rng):
    """The classes 0, 2, 1 along the code: no straight line, but two thresholds, against a chance of 1/3."""
    v = np.repeat([0, 1, 2], 100)
    codes = np.stack([np.array([0.0, 2.0, 1.0])[v], np.zeros(300)], axis=1)
    assert sap(codes, v[:, None])["sap"] == pytest.approx(0.25)
    assert sap(codes, v[:, None], categorical=(0,), resamples=5)["sap"] == pytest.approx(2 / 3)


def test_classes_count_alike_however_many_images_they_have():
    """The threshold is for the small class, though most of the images above it are of the large one.

    It gets 60 of 90 and 10 of 10 right, where a code that knows nothing gets all of one class and none of the other.
    """
    v = np.array([0] * 90 + [1] * 10)
    codes = np.stack([np.arange(100) >= 60, np.zeros(100)], axis=1)
    assert sap(codes, v[:, None], categorical=(0,), resamples=5)["sap"] == pytest.approx((60 / 90 + 1) / 2 - 1 / 2)


def test_correlations_are_numpys(rng):
    z, v = rng.normal(size=(50, 2)), rng.integers(5, size=(50, 3))
    assert np.allclose(squared_correlations(z, v), np.corrcoef(z.T, v.T)[:2, 2:] ** 2)


def test_a_single_dimension_has_no_gap():
    with pytest.raises(InputError, match="one dimension"):
        sap(FACTORS[:, :1], FACTORS)
