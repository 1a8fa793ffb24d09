"""Checks of labels, by their form, their number and their range."""

import numbers

import numpy as np

from zoo.errors import InputError

#: What can be looked at before it is a tensor.
PLAIN = (np.ndarray, list, tuple, numbers.Number, np.generic)


def check_labels(y, name, classes, count=None):
    """The labels, once each has been seen to be one of those that there are.

    Args:
        y: whole numbers from -1, for a label that is missing, to K - 1: `[N]` or `[N, 1]`, or one alone.
        name: the argument's name, for the error.
        classes: how many there are, K.
        count: N, of the images that they belong to; None for any.

    Returns:
        NumPy int32 `[N]`.

    Raises:
        InputError: they aren't.

    Example:
        >>> check_labels([3, -1, 10], "y", classes=10)
        Traceback (most recent call last):
        zoo.errors.InputError: y has the label 10, but the model takes 0 to 9, and -1 for one that is missing: ...
    """
    array = np.asarray(y)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    array = np.atleast_1d(array)
    if array.ndim != 1:
        raise InputError(
            f"{name} has shape {np.shape(y)}, but labels are one whole number for each image, [N]: give "
            "y.argmax(axis=1) where they are one-hot."
        )
    if array.dtype.kind not in "iufb" or not np.array_equal(array, np.round(array)):
        raise InputError(
            f"{name} has labels of dtype {array.dtype} that are no whole numbers: give "
            "np.unique(y, return_inverse=True)[1], and -1 for one that is missing."
        )
    if count is not None and len(array) != count:
        raise InputError(
            f"{name} has {len(array)} labels for {count} images: give one for each, -1 where it is missing."
        )
    wrong = array[(array < -1) | (array >= classes)]
    if len(wrong):
        raise InputError(
            f"{name} has the label {wrong[0]:g}, but the model takes 0 to {classes - 1}, and -1 for one that is "
            "missing: give another, or build the model with more labels."
        )
    return array.astype("int32")


def classes_of(labels):
    """How many labels there are, K: one more than the largest. None where there are none, or they don't count from 0.

    Args:
        labels: a list of integers `[N]` or None, one for each part of the data; -1 is a label that is missing.

    Example:
        >>> classes_of([np.array([0, 2, -1]), np.array([1])]), classes_of([None]), classes_of([np.array([-5])])
        (3, None, None)
    """
    given = [np.asarray(each) for each in labels if each is not None and len(each)]
    if not given or min(each.min() for each in given) < -1:
        return None
    return int(max(each.max() for each in given)) + 1 or None
