import numpy as np
import pytest

from tests.evaluation.known_factors import FACTORS, perfect
from zoo.evaluation.factors.disentanglement import disentanglement_scores

NAMES = {"mig", "sap", "disentanglement", "completeness", "informativeness", "factor_vae"}


def test_each_score_comes_with_an_error_and_perfect_codes_have_them_all():
    scores = disentanglement_scores(perfect()[::2], FACTORS[::2])
    assert scores.keys() == NAMES | {f"{name}_se" for name in NAMES}
    assert [scores[name] for name in NAMES] == pytest.approx([1] * 6)


def test_a_factor_without_order_is_passed_on():
    factors = FACTORS[::8, :2]
    codes = np.stack([np.array([0, 3, 1, 2])[factors[:, 0]], factors[:, 1]], axis=1)
    scores = disentanglement_scores(codes, factors, categorical=(0,))
    assert scores["sap"] == pytest.approx((3 / 4 + 1) / 2)
