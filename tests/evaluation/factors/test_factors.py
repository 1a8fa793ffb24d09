import numpy as np
import pytest

from zoo.errors import InputError
from zoo.evaluation.factors.dci import dci
from zoo.evaluation.factors.factor_vae import factor_vae_score
from zoo.evaluation.factors.factors import check_codes_and_factors
from zoo.evaluation.factors.mig import mig
from zoo.evaluation.factors.sap import sap


def test_values_are_numbered_in_their_order():
    _, factors = check_codes_and_factors(np.zeros([3, 1]), [[5, -1], [2, 7], [5, 0]])
    assert factors.tolist() == [[1, 0], [0, 2], [1, 1]]


@pytest.mark.parametrize(
    ("codes", "factors", "message"),
    [
        (np.zeros([3, 2]), np.zeros([2, 1]), r"codes are \(3, 2\) and factors \(2, 1\)"),
        (np.zeros(3), np.zeros([3, 1]), r"codes are \(3,\)"),
        (np.full([2, 1], np.nan), np.arange(2)[:, None], "aren't finite"),
        (np.zeros([2, 1]), np.array([[0, 1], [1, 1]]), "fewer than two values in column 1"),
    ],
)
def test_what_can_not_be_measured_is_refused(codes, factors, message):
    with pytest.raises(InputError, match=message):
        check_codes_and_factors(codes, factors)


@pytest.mark.parametrize(
    ("score", "arguments", "message"),
    [
        (mig, {"bins": 0}, "bins is 0"),
        (mig, {"resamples": 1}, "resamples is 1, but must be an integer of at least 2"),
        (sap, {"categorical": (5,)}, r"categorical is \[5\], but factors have the columns 0 to 1"),
        (dci, {"folds": 1}, "folds is 1"),
        (dci, {"folds": 41}, "folds is 41, but there are 40 images"),
        (dci, {"trees": 0}, "trees is 0"),
        (factor_vae_score, {"votes": 0}, "votes is 0"),
        (factor_vae_score, {"images_per_vote": 0}, "images_per_vote is 0"),
    ],
)
def test_a_number_that_can_not_be_is_refused_by_name(score, arguments, message):
    factors = np.array([[0, 0], [0, 1], [1, 0], [1, 1]] * 10)
    with pytest.raises(InputError, match=message):
        score(factors * 1.0, factors, **arguments)
