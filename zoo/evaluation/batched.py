"""What every evaluator takes for images."""

import numpy as np

from zoo.errors import InputError
from zoo.images import check_images


def check_density(vae, needed="log_densities"):
    """Raises `InputError` unless a model has a density of images.

    Example:
        >>> import zoo
        >>> check_density(zoo.build("autoencoder", image_shape=(8, 8, 1)))
        Traceback (most recent call last):
        zoo.errors.InputError: autoencoder has no log_densities: ...
    """
    if not hasattr(vae, needed):
        name = getattr(vae, "name", type(vae).__name__)
        raise InputError(f"{name} has no {needed}: it gives images no density to judge. Give a VAE.")


def batched(images, model=None, size=100):
    """Batches of float32 images, from images or from batches of them.

    Args:
        images: `[N, height, width, channels]`, or an iterable of batches of such; uint8 is divided by 255.
        model: one that they are for: if it has an `image_shape`, theirs is looked at, and so are their pixels.
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
    batches = images
    if hasattr(images, "__array__"):
        batches = (images[start : start + size] for start in range(0, len(images), size))
    empty = True
    shape, check_values = getattr(model, "image_shape", None), getattr(model, "check_values", None)
    for x in map(np.asarray, batches):
        if x.ndim and not len(x):
            continue
        empty = False
        x = x / np.float32(255) if x.dtype == np.uint8 else x
        if shape is not None:
            check_images(x, "images", shape, check_values)
        yield x.astype("float32")
    if empty:
        raise InputError("there are no images to evaluate: give at least one.")
