import numpy as np
import pytest

from zoo.errors import InputError
from zoo.evaluation.factors import check_codes_and_factors


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
