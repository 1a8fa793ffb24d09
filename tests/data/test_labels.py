import numpy as np
import pytest

from zoo.data.labels import check_labels, classes_of
from zoo.errors import InputError


@pytest.mark.parametrize("y", [[0, 2, -1], np.array([[0], [2], [-1]], "int8"), np.array([0.0, 2.0, -1.0]), (0, 2, -1)])
def test_whole_numbers_are_labels_in_whatever_form(y):
    labels = check_labels(y, "y", classes=3, count=3)
    assert labels.dtype == np.int32
    assert labels.tolist() == [0, 2, -1]


@pytest.mark.parametrize(
    ("y", "message"),
    [
        ([0, 3, 1], r"y has the label 3, but the model takes 0 to 2, and -1"),
        ([0, -2, 1], r"y has the label -2"),
        ([0, 1], r"y has 2 labels for 3 images"),
        (np.eye(3), r"y has shape \(3, 3\).*argmax"),
        ([0, 0.5, 1], r"float64 that are no whole numbers"),
        ([0, np.nan, 1], r"no whole numbers"),
        (["a", "b", "c"], r"no whole numbers: give np.unique"),
        ([None, 1, 2], r"no whole numbers"),
    ],
)
def test_what_is_no_label_of_the_models_is_refused(y, message):
    with pytest.raises(InputError, match=message):
        check_labels(y, "y", classes=3, count=3)


def test_there_are_as_many_labels_as_the_largest_says_in_any_part():
    assert classes_of([np.array([0, 1]), np.array([4]), None]) == 5
    assert classes_of([None, np.array([], int)]) is None
    assert classes_of([np.array([-1, -1])]) is None
