"""A subset of images that stands for all, the same for every run."""

import numpy as np


def subset(images, size):
    """The numbers of `size` images, drawn at random without replacement: the same for every model and every seed.

    The first ones won't do: many sets come sorted, Omniglot by alphabet, say, and a standard error over images of one
    alphabet knows nothing of the others.

    Args:
        images: all of them, `[N, ...]`.
        size: how many; None, or N or more, for all.

    Returns:
        int64 `[min(N, size)]`, rising.

    Example:
        >>> subset(np.zeros([1000, 8, 8, 1]), 3), len(subset(np.zeros([2, 8, 8, 1]), 3))
        (array([206, 222, 459]), 2)
    """
    return np.sort(np.random.default_rng(0).permutation(len(images))[:size])
