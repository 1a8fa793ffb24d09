"""Batches of images for evaluators."""

import itertools

import numpy as np

from zoo.data.pixels import UNIT, as_kind, extent, floats, settled
from zoo.data.stream import FIRST
from zoo.errors import InputError
from zoo.random import fold_in, key


def batch_key(seed, number):
    """The key of an evaluator's n-th batch, `fold_in(key(seed), n)`. Further draws for the batch split it.

    Evaluators of one seed share it: their figures are made of common random numbers, so that chance moves the
    difference of two less than it moves each. It is older than the named streams of `zoo.random`, and the first three
    equal those of a model's codes, pixels and posterior draws; what isn't to be judged by its own draws has a name.

    Args:
        seed: an int.
        number: n, an int.

    Returns:
        int32 `[2]`.

    Example:
        >>> batch_key(seed=7, number=0).shape[0]
        2
    """
    return fold_in(key(seed), number)


def batched(images, model=None, size=100):
    """Batches of float32 images, from images or from batches of them.

    Args:
        images: `[N, height, width, channels]`, or an iterable of batches of such: booleans, integers or floats, which
            mean what `zoo.data.pixels.kind_of` says.
        model: one that they are for: its `admit` looks at their shape and pixels. None where [0, 1] is wanted.
        size: how many are in a batch, where they don't come in batches.

    Yields:
        NumPy float32 `[B, height, width, channels]`.

    Raises:
        InputError: there is no image, or something isn't a batch of images that the model takes.

    Example:
        >>> [x.shape for x in batched(np.zeros([150, 8, 8, 1], "uint8"))]
        [(100, 8, 8, 1), (50, 8, 8, 1)]
    """
    if not (hasattr(images, "__iter__") or hasattr(images, "__getitem__")):
        raise InputError(f"images are {images!r}, but must be an array, or an iterable of batches.")
    if hasattr(images, "__array__"):
        images = np.asarray(images)
        first, batches = [images], (images[start : start + size] for start in range(0, len(images), size))
    else:
        batches = iter(images)
        first = [np.asarray(batch) for batch in itertools.islice(batches, FIRST)]
        batches = itertools.chain(first, batches)
    admit, limits, kind = (getattr(model, *each) for each in (("admit", None), ("range", UNIT), ("pixels", None)))
    empty = True
    for x in map(np.asarray, batches):
        if x.ndim and not len(x):
            continue
        empty = False
        if x.dtype.kind in "iub":
            # What integers mean isn't decided by each batch alone.
            kind = settled(kind, [batch for batch in first if batch.size], "images")
            x = floats(as_kind(x, kind, "images"), limits)
        elif admit is None:
            extent(x, "images")
        yield x.astype("float32") if admit is None else admit(x, "images")
    if empty:
        raise InputError("there are no images to evaluate: give at least one.")
