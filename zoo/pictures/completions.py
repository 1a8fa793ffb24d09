"""A sheet of completions: what is there of images, and what a model makes of the rest."""

import numpy as np

from zoo.abilities import require
from zoo.data.pixels import grey
from zoo.pictures.grid import grid

#: Draws that a code is chosen from where pixels are missing.
CHOICES = 50


def completion_sheet(model, images, seed, draws=4):
    """A row of images, and for each of their views a row with it alone and rows of what it is completed to.

    Of a model without views they are shown as they are, with what is missing; whole ones without their lower half.

    Args:
        model: one that takes NaN for what is missing.
        images: float `[N, height, width, channels]`, of views whole.
        seed: an int.
        draws: how many rows of completions each view has.

    Returns:
        uint8 pixels, as of `zoo.pictures.grid.grid`; a missing view is grey.

    Raises:
        InputError: the model takes images whole.

    Example:
        >>> import zoo
        >>> model = zoo.build("multimodal_vae", image_shape=(8, 8, 1), latent_dim=2, units=(4,))
        >>> completion_sheet(model, np.zeros([3, 8, 8, 1], "float32"), seed=7, draws=1).shape
        (44, 26, 1)
    """
    require(model, "takes_missing", "a sheet of completions")
    images = np.asarray(images, "float32")
    rows = [grey(images, model.shown)]
    for some, num_samples in _of_which_some_is_missing(model, images):
        rows.append(grey(some, model.shown))
        # One batch, so that each row has draws of its own.
        completed = np.asarray(model.complete(np.concatenate([some] * draws), seed, num_samples))
        rows.append(grey(completed, model.shown))
    return grid(np.concatenate(rows), columns=len(images))


def _of_which_some_is_missing(model, images):
    """Images with holes, and of how many draws their codes are chosen."""
    if model.abilities.has_views:
        return [(np.asarray(model.likelihood.only(images, [view])), 1) for view in range(model.likelihood.views)]
    lower = np.arange(images.shape[1])[:, None, None] >= images.shape[1] // 2
    hidden = np.isnan(images) | (lower & ~np.isnan(images).any())
    return [(np.where(hidden, np.float32(np.nan), images), CHOICES)]
