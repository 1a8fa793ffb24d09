"""Samples beside the training images that are nearest to them: memorized ones would look the same."""

import numpy as np

from zoo.data.pixels import UNIT, floats, grey
from zoo.pictures.grid import grid, save_png


def save_neighbours(path, samples, images, indices, shown=UNIT):
    """Saves a PNG: each row a sample, a thick line, and its nearest training images, the nearest first.

    Args:
        path: of the PNG to write.
        samples: images `[n, height, width, channels]`.
        images: the training images, `[N, height, width, channels]`, on the same scale.
        indices: which of them are nearest to each sample, `[n, k]`, of `zoo.evaluation.samples.neighbours.nearest`.
        shown: (low, high), the pixels that are shown as black and as white.
    """
    near = floats(np.asarray(images[np.ravel(indices)]), shown)
    left, right = grid(grey(samples, shown), columns=1), grid(grey(near, shown), columns=np.shape(indices)[1])
    line = np.full((len(left), 5, left.shape[2]), 128, "uint8")
    save_png(path, np.concatenate([left, line, right], axis=1))
