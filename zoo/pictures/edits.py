"""Images whose codes go a few steps along a direction."""

import numpy as np

from zoo.data.pixels import grey
from zoo.pictures.grid import grid

#: How far they go, in units of the vector: from what lacks an attribute, one step leads to what has it.
STEPS = (-1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5)


def edit_sheet(model, images, vector, steps=STEPS):
    """A row for each image: the image itself, and then decode(z + t v) for each step t, z = encode(x).

    Args:
        model: one that encodes and decodes.
        images: as the model takes them, `[N, height, width, channels]`.
        vector: v, `[D]`.
        steps: each t.

    Returns:
        uint8 pixels, as of `zoo.pictures.grid.grid`.

    Example:
        >>> import zoo
        >>> vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2)
        >>> edit_sheet(vae, np.zeros([3, 8, 8, 1], "float32"), [1.0, 0.0], steps=(-1, 0, 1)).shape
        (26, 35, 1)
    """
    columns = [np.asarray(images), *edited(model, images, vector, steps)]
    return grid(grey(np.stack(columns, axis=1).reshape(-1, *columns[0].shape[1:]), model.shown), columns=len(columns))


def edited(model, images, vector, steps=STEPS):
    """The images decode(encode(x) + t v).

    Args:
        model, images, vector, steps: as of `edit_sheet`.

    Returns:
        float32 `[len(steps), N, height, width, channels]`.

    Example:
        >>> import zoo
        >>> vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2)
        >>> edited(vae, np.zeros([3, 8, 8, 1], "float32"), [1.0, 0.0], steps=(0, 1)).shape
        (2, 3, 8, 8, 1)
    """
    z, vector = np.asarray(model.encode(images)), np.asarray(vector, "float32")
    return np.stack([np.asarray(model.decode(z + np.float32(t) * vector)) for t in steps])
