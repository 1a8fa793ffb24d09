"""Images of each label, or of each cluster."""

import numpy as np

from zoo.abilities import require
from zoo.data.pixels import grey
from zoo.pictures.grid import grid


def class_sheet(model, seed, columns=10, most=50):
    """A row of images for each label, or for each of the prior's clusters, whose codes are alike in all rows.

    Args:
        model: one that has labels or clusters.
        seed: an int.
        columns: how many images of a label.
        most: how many labels are shown, the first.

    Returns:
        uint8 pixels, as of `zoo.pictures.grid.grid`.

    Raises:
        InputError: the model has neither.

    Example:
        >>> import zoo
        >>> model = zoo.build("conditional_vae", image_shape=(8, 8, 1), latent_dim=2, labels=3, units=(4,))
        >>> class_sheet(model, seed=7, columns=5).shape
        (26, 44, 1)
    """
    require(model, "samples_labels", "a sheet of labels")
    rows = [np.asarray(model.sample_label(np.full(columns, y), seed)) for y in range(min(model.label_count, most))]
    return grid(grey(np.concatenate(rows), model.shown), columns=columns)
