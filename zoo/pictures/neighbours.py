"""Samples beside the training images that are nearest to them: memorized ones would look the same."""

import numpy as np

from zoo.pictures.grid import grid, save_png


def save_neighbours(path, samples, images, indices):
    """Saves a PNG: each row a sample, a thick line, and its nearest training images, the nearest first.

    Args:
        path: of the PNG to write.
        samples: images in [0, 1], `[n, height, width, channels]`.
        images: the training images, uint8 or in [0, 1], `[N, height, width, channels]`.
        indices: which of them are nearest to each sample, `[n, k]`, of `zoo.evaluation.neighbours.nearest`.
    """
    near = np.asarray(images[np.ravel(indices)])
    near = near / 255.0 if near.dtype == np.uint8 else near
    left, right = grid(samples, columns=1), grid(near, columns=np.shape(indices)[1])
    line = np.full((len(left), 5, left.shape[2]), 128, "uint8")
    save_png(path, np.concatenate([left, line, right], axis=1))
