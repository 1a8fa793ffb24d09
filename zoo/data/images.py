"""Checks of images, by their shape and type."""

import numpy as np

from zoo.errors import InputError


def check_images(x, name, image_shape=None):
    """The array x, once it has been seen to be a batch of images by its shape and dtype.

    Args:
        x: an array `[N, height, width, channels]`, or for a model of vectors `[N, D]`.
        name: the argument's name, for the error.
        image_shape: (height, width, channels) that the model was built for, or (D,), or None.

    Returns:
        A NumPy array.

    Raises:
        InputError: it isn't.

    Example:
        >>> check_images(np.zeros([5, 28, 28]), "x")
        Traceback (most recent call last):
        zoo.errors.InputError: x has shape (5, 28, 28), but images come as ...
    """
    array = np.asarray(x)
    check_shape(array.shape, name, image_shape)
    if not len(array):
        raise InputError(f"{name} is empty: it has shape {array.shape}. Give at least one image.")
    if array.dtype.kind not in "fiub":
        raise InputError(f"{name} has dtype {array.dtype}, but images are numbers.")
    return array


def check_shape(shape, name, image_shape):
    """Raises `InputError` unless `shape` is that of a batch of images, of that image_shape where it is given.

    An image_shape (D,) is that of a vector.
    """
    if image_shape and len(image_shape) == 1:
        if len(shape) != 2 or shape[1] not in (None, *image_shape):
            raise InputError(f"{name} has shape {tuple(shape)}, but this model takes vectors, [N, {image_shape[0]}].")
        return
    expected = f"[N, {', '.join(map(str, image_shape))}]" if image_shape else "[N, height, width, channels]"
    if len(shape) != 4:
        hint = " Add the channel axis: x[..., None]." if len(shape) == 3 else ""
        if image_shape and tuple(shape) == tuple(image_shape):
            hint = " One image is a batch of one: x[None]."
        raise InputError(f"{name} has shape {shape}, but images come as {expected}.{hint}")
    if image_shape and any(size not in (None, want) for size, want in zip(shape[1:], image_shape, strict=True)):
        first = tuple(shape[1:]) == (image_shape[2], *image_shape[:2])
        hint = " The channels seem to come first: np.moveaxis(x, 1, -1) moves them." if first else ""
        raise InputError(f"{name} has shape {tuple(shape)}, but this model takes {expected}.{hint}")
    if not image_shape and shape[1] in (1, 3) and shape[3] is not None and shape[3] > 4:
        raise InputError(
            f"{name} has shape {tuple(shape)}: the channels seem to come first. np.moveaxis(x, 1, -1) moves them."
        )
