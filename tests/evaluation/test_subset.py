import numpy as np

from zoo.evaluation.subset import subset


def test_a_sorted_set_is_fairly_represented():
    """Ten classes, one after the other: the first hundred would be of one."""
    labels = np.repeat(np.arange(10), 1000)
    chosen = subset(labels, 500)
    assert len(set(chosen)) == 500
    assert np.bincount(labels[chosen], minlength=10).min() > 25
    assert np.array_equal(chosen, subset(labels, 500))


def test_all_are_all_in_order():
    for size in (None, 7, 100):
        assert np.array_equal(subset(np.zeros(7), size), np.arange(7))
