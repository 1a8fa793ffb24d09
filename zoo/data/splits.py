"""A set of images, divided."""

from typing import Any, NamedTuple

import numpy as np

from zoo.errors import InputError


class Split(NamedTuple):
    """Some images of a set, and their labels where it has any."""

    images: Any  #: an array or `Subset`, uint8 `[N, height, width, channels]`; or float32, for real-valued images
    labels: Any = None  #: integers `[N]`


class Splits(NamedTuple):
    """What a model is fitted to, watched on, and judged on."""

    train: Split
    validation: Split
    test: Split

    @property
    def image_shape(self):
        """(height, width, channels)."""
        return tuple(int(size) for size in self.train.images.shape[1:])


class Subset:
    """Some of an array's images, read when they are asked for: the array may be on disk, and larger than memory.

    Args:
        images: an array `[N, height, width, channels]`.
        indices: integers, which of them.

    Example:
        >>> some = Subset(np.arange(10)[:, None], np.array([3, 5, 7]))
        >>> len(some), some[np.array([2, 0])].ravel().tolist(), np.asarray(some[1:]).ravel().tolist()
        (3, [7, 3], [5, 7])
    """

    def __init__(self, images, indices):
        self._images, self._indices = images, indices
        self.shape, self.dtype = (len(indices), *images.shape[1:]), images.dtype

    def __len__(self):
        return len(self._indices)

    def __getitem__(self, key):
        """Images for an array of numbers; for a slice another `Subset`."""
        if isinstance(key, slice):
            return Subset(self._images, self._indices[key])
        return np.asarray(self._images[self._indices[key]])

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self._images[self._indices], dtype)


def holding_out(train, test, count):
    """Splits whose validation images are the last `count` of the training images.

    Example:
        >>> splits = holding_out(Split(np.zeros([10, 8, 8, 1])), Split(np.zeros([5, 8, 8, 1])), 3)
        >>> [len(split.images) for split in splits]
        [7, 3, 5]
    """
    labels = (None, None) if train.labels is None else (train.labels[:-count], train.labels[-count:])
    return Splits(Split(train.images[:-count], labels[0]), Split(train.images[-count:], labels[1]), test)


def at_random(images, labels=None, name="data"):
    """Splits of a set that comes in one piece: a tenth each for validation and test, picked by a fixed permutation.

    Args:
        images: an array `[N, height, width, channels]`.
        labels: integers `[N]`, or None.
        name: what the images are called in the error.

    Raises:
        InputError: there are fewer than three images.

    Example:
        >>> [len(split.images) for split in at_random(np.zeros([30, 8, 8, 1]))]
        [24, 3, 3]
    """
    if len(images) < 3:
        raise InputError(
            f"{name} has {len(images)} image{'s' * (len(images) != 1)}, but at least 3 are needed: one each to train "
            "on, to watch and to judge by."
        )
    order = np.random.default_rng(0).permutation(len(images))
    held_out = max(1, len(images) // 10)
    parts = (np.sort(order[2 * held_out :]), order[held_out : 2 * held_out], order[:held_out])
    return Splits(*(Split(Subset(images, part), None if labels is None else labels[part]) for part in parts))
