"""What every evaluator takes for images."""

import numpy as np

from zoo.errors import InputError


def batched(images, size=100):
    """Batches of float32 images, from images or from batches of them.

    Args:
        images: `[N, height, width, channels]`, or an iterable of batches of such; uint8 is divided by 255.
        size: how many are in a batch, where they don't come in batches.

    Yields:
        NumPy float32 `[B, height, width, channels]`.

    Raises:
        InputError: there is no image.

    Example:
        >>> [x.shape for x in batched(np.zeros([150, 8, 8, 1], "uint8"))]
        [(100, 8, 8, 1), (50, 8, 8, 1)]
    """
    batches = images
    if hasattr(images, "__array__"):
        batches = (images[start : start + size] for start in range(0, len(images), size))
    empty = True
    for x in map(np.asarray, batches):
        if len(x):
            empty = False
            yield x / np.float32(255) if x.dtype == np.uint8 else x.astype("float32")
    if empty:
        raise InputError("there are no images to evaluate: give at least one.")
