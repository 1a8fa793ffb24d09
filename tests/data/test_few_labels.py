import numpy as np
import pytest

from zoo.data.few_labels import few_labels
from zoo.data.fingerprint import row_digests
from zoo.errors import InputError

IMAGES = np.arange(600).reshape(300, 2)
LABELS = np.where(np.arange(300) % 10 == 0, -1, np.minimum(np.arange(300) % 7, 4))


def kept(count, seed=0, which=slice(None)):
    return few_labels(LABELS[which], count, row_digests(IMAGES[which]), seed)


@pytest.mark.parametrize("count", [5, 50, 52, 200, 270])
def test_so_many_are_kept_as_many_of_each_as_there_are(count):
    few = kept(count)
    assert np.sum(few >= 0) == count
    assert np.array_equal(few[few >= 0], LABELS[few >= 0])
    there, found = (np.bincount(each[each >= 0], minlength=5) for each in (LABELS, few))
    least = found[found < there]
    assert (found.max() - least <= 1).all(), "one of which there were more has less"


def test_which_hangs_on_the_image_and_the_seed():
    few, other = kept(50), kept(50, seed=1)
    assert not np.array_equal(few, other) and np.array_equal(few, kept(50))
    order = np.random.default_rng(0).permutation(300)
    assert np.array_equal(kept(50, which=order), few[order])
    assert np.isin(np.flatnonzero(few >= 0), np.flatnonzero(kept(100) >= 0)).all()
    # One image of fifty is gone: all but its place are as they were.
    without = np.delete(np.arange(300), np.flatnonzero(few >= 0)[7])
    assert np.sum(kept(50, which=without) != few[without]) == 1


def test_all_seeds_together_keep_each_alike():
    """A seed's choice is no better than another's: 50 of 270, in which a label of 51 has 10."""
    counts = sum((kept(50, seed) >= 0).astype(int) for seed in range(400))
    sizes = np.bincount(LABELS[LABELS >= 0])[LABELS]
    expected = np.where(LABELS >= 0, 400 * 10 / sizes, 0)
    assert (np.abs(counts - expected) <= 5 * np.sqrt(expected)).all()


@pytest.mark.parametrize("count", [0, 4, 271])
def test_what_can_not_be_is_refused(count):
    with pytest.raises(InputError, match=rf"labelled is {count}, but 270 training images have a label, of 5 kinds"):
        kept(count)
