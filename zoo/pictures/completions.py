"""A sheet of completions: each view alone, and what a model makes of the others."""

import numpy as np

from zoo.abilities import require
from zoo.data.pixels import grey
from zoo.pictures.grid import grid


def completion_sheet(model, images, seed, draws=4):
    """A row of images, and for each of their views a row with it alone and rows of what it is completed to.

    Args:
        model: one with views.
        images: float `[N, height, width, channels]`, whole.
        seed: an int.
        draws: how many rows of completions each view has.

    Returns:
        uint8 pixels, as of `zoo.pictures.grid.grid`; a missing view is grey.

    Raises:
        InputError: the model has no views.

    Example:
        >>> import zoo
        >>> model = zoo.build("multimodal_vae", image_shape=(8, 8, 1), latent_dim=2, units=(4,))
        >>> completion_sheet(model, np.zeros([3, 8, 8, 1], "float32"), seed=7, draws=1).shape
        (44, 26, 1)
    """
    require(model, "has_views", "a sheet of completions")
    rows = [grey(images, model.shown)]
    for view in range(model.likelihood.views):
        alone = np.asarray(model.likelihood.only(np.asarray(images, "float32"), [view]))
        rows.append(np.where(np.isnan(alone), 0.5, grey(alone, model.shown)))
        # One batch, so that each row has draws of its own.
        completed = np.asarray(model.complete(np.concatenate([alone] * draws), seed))
        rows.append(grey(completed, model.shown))
    return grid(np.concatenate(rows), columns=len(images))
