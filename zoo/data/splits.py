"""A set of images, divided."""

import dataclasses
import hashlib
from typing import Any, NamedTuple

import numpy as np

from zoo.data.fingerprint import Fingerprint, as_bytes, row_digests
from zoo.data.pixels import UNIT, Floats
from zoo.errors import InputError


class Split(NamedTuple):
    """Some images of a set, and their labels where it has any."""

    images: Any  #: an array or `Subset`, `[N, H, W, channels]`, whose dtype is one of `zoo.data.pixels.kind_of`
    labels: Any = None  #: integers `[N]`


@dataclasses.dataclass(frozen=True)
class Splits:
    """The training, validation and test images of a set; iterating gives the three."""

    train: Split
    validation: Split
    test: Split
    fingerprint: Fingerprint | None = None  #: of all that was read
    label_names: tuple[str, ...] | None = None  #: what each label stands for, where it isn't its number
    columns: tuple | None = None  #: of a table, whose rows are `[N, D]`, what each is: `zoo.data.table.Column`

    def __iter__(self):
        return iter((self.train, self.validation, self.test))

    @property
    def image_shape(self):
        """(height, width, channels)."""
        return tuple(int(size) for size in self.train.images.shape[1:])

    def test_in_train(self):
        """The number of test images that equal a training image, pixel for pixel.

        Example:
            >>> images = np.arange(6)[:, None, None, None]
            >>> Splits(Split(images[:3]), Split(images[3:4]), Split(images[2:])).test_in_train()
            1
        """
        trained_on = set(row_digests(self.train.images).tolist())
        return sum(digest in trained_on for digest in row_digests(self.test.images).tolist())

    def in_range(self, range=UNIT):
        """The same splits, whose images are float32 as a model of that range sees them (`zoo.data.pixels.floats`)."""
        splits = (Split(Floats(split.images, range), split.labels) for split in self)
        return Splits(*splits, self.fingerprint, self.label_names, self.columns)


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


def divide(images, chosen, labels=None):
    """A `Split` for each part of a set that comes in one piece: training, validation and, if there are three, test.

    Args:
        images: an array `[N, height, width, channels]`; it stays where it is, on disk perhaps.
        chosen: the numbers of each part's images, of `by_hash` or `at_random`.
        labels: integers `[N]`, or None.

    Example:
        >>> [len(split.images) for split in divide(np.zeros([30, 8, 8, 1]), at_random(range(30)))]
        [24, 3, 3]
    """
    return [Split(Subset(images, some), None if labels is None else np.asarray(labels)[some]) for some in chosen]


def by_hash(keys, digests=None, count=3):
    """Splits a set by a hash of each image's name: others come and go, and one stays where it is.

    The first 64 bits of SHA-256(name), as a fraction u of 2^64, are as good as a draw of a uniform:

        u < 0.1           test
        0.1 <= u < 0.2    validation
        0.2 <= u          training

    Equal images stay together, where one of them trains, or else is watched: a copy that comes later never makes a test
    image of one that was trained on. Where a part would be empty, the image whose u is nearest to its interval moves
    there, with its copies, unless that empties another.

    Args:
        keys: N names, of any kind: the paths of files, the numbers of rows.
        digests: `[N]`, the same for equal images; None where there are none.
        count: 3; or 2 where there are test images already, and u < 0.1 is validation.

    Returns:
        The numbers of the images to train on, of those to watch and, if there are three parts, of those to judge by.

    Raises:
        InputError: there are fewer images than parts.

    Example:
        >>> [numbers.tolist() for numbers in by_hash(["0.png", "1.png", "2.png", "3.png"])]
        [[1, 3], [2], [0]]
    """
    _check_enough(len(keys), count)
    u = _fractions(keys)
    parts = sum((u < part / 10).astype(int) for part in range(1, count))
    group = np.arange(len(u)) if digests is None else np.unique(digests, return_inverse=True)[1]
    first = np.full(len(u), count)
    np.minimum.at(first, group, parts)
    parts = first[group]
    for part in reversed(range(count)):
        if not (parts == part).any():
            _move_nearest(part, parts, group, _distances(u, part, count))
    return [np.flatnonzero(parts == part) for part in range(count)]


def _fractions(keys):
    digests = b"".join(hashlib.sha256(as_bytes(key)).digest()[:8] for key in keys)
    return np.frombuffer(digests, ">u8") / 2**64


def _distances(u, part, count):
    """How far each u is from the interval of a part."""
    low, high = (count - 1 - part) / 10, (count - part) / 10 if part else 1
    return np.maximum(low - u, u - high)


def _move_nearest(part, parts, group, distances):
    """Moves the nearest image and its copies to an empty part; it alone, where its copies are all that there is."""
    size, of_group = np.bincount(parts)[parts], np.bincount(group)[group]
    together = of_group < size
    movable = together if together.any() else size > 1
    nearest = np.argmin(np.where(movable, distances, np.inf))
    if not together.any():
        group[nearest] = group.max() + 1
    parts[group == group[nearest]] = part


def at_random(keys, digests=None, count=3):
    """Splits a set by a fixed permutation of all its images: the rule before there was `by_hash`.

    A tenth each for validation and test; where there are test images already, the last tenth is for validation. One
    more image, and all may change sides: this is for named sets, which don't grow, and for runs that began with it.

    Args, Returns, Raises: as for `by_hash`. The digests aren't looked at.

    Example:
        >>> [numbers.tolist() for numbers in at_random(range(10))]
        [[0, 1, 2, 3, 5, 7, 8, 9], [6], [4]]
    """
    _check_enough(len(keys), count)
    held_out = max(1, len(keys) // 10)
    if count == 2:
        return np.split(np.arange(len(keys)), [-held_out])
    order = np.random.default_rng(0).permutation(len(keys))
    # What is held out stays in the order of the permutation: a draw of an image goes by its number there.
    return [np.sort(order[2 * held_out :]), order[held_out : 2 * held_out], order[:held_out]]


def _check_enough(size, count):
    if size < count:
        raise InputError(
            f"data has {size} image{'s' * (size != 1)}, but at least {count} are needed: one each to train "
            f"on{', to watch and to judge by' if count == 3 else ' and to watch'}."
        )
