"""Observations: an image, perhaps of several views, or a dict of an `image` and its `label`."""

import itertools

from keras import ops


def image_of(x):
    """The images of what is observed: of a dict its `image`, else what is given itself.

    Example:
        >>> image_of({"image": 1, "label": 2}), image_of(1)
        (1, 1)
    """
    return x["image"] if isinstance(x, dict) else x


def label_of(x):
    """The labels of what is observed, integers, -1 where one is missing; None where there are images alone.

    Example:
        >>> label_of({"image": 1, "label": 2}), label_of(1)
        (2, None)
    """
    return x.get("label") if isinstance(x, dict) else None


def with_label(x, y):
    """Images and labels as one: a dict of `image` and `label`, int32.

    Args:
        x: images, `[B, ...]`.
        y: integers `[B]`; or None, or anything without columns, where all are missing.
    """
    if y is None or (len(y.shape) == 2 and y.shape[1] == 0):
        return x
    return {"image": x, "label": ops.cast(y, "int32")}


def views_of(x, sizes, axis):
    """The views of x, which lie side by side along an axis: a list of tensors.

    Args:
        x: `[..., height, width, channels]`, or vectors `[..., D]`.
        sizes: how much of the axis each view takes.
        axis: -3 for views one below the other, -2 for the left and the right, -1 for channels, or pieces of a vector.

    Example:
        >>> left, right = views_of(ops.zeros([5, 8, 8, 1]), (3, 5), axis=-2)
        >>> tuple(right.shape)
        (5, 8, 5, 1)
    """
    # One alone is all of it, which TensorFlow doesn't split.
    return [x] if len(sizes) == 1 else ops.split(x, list(itertools.accumulate(sizes))[:-1], axis=axis)


def is_missing(view, rank):
    """Whether views are missing, which is said by NaN in place of a pixel: bool `[...]`.

    Args:
        view: `[..., *shape]`.
        rank: how many axes its shape has: 3 of an image, 1 of a vector.

    Example:
        >>> [bool(each) for each in is_missing(ops.convert_to_tensor([[0.0, 1.0], [float("nan"), 1.0]]), rank=1)]
        [False, True]
    """
    return ops.sum(ops.cast(ops.isnan(view), "float32"), axis=tuple(range(-rank, 0))) > 0


def filled(view):
    """A view with 0 where it is NaN: what networks and densities are given, so that no gradient is NaN.

    Example:
        >>> [float(pixel) for pixel in filled(ops.convert_to_tensor([float("nan"), 1.0]))]
        [0.0, 1.0]
    """
    return ops.where(ops.isnan(view), ops.zeros_like(view), view)


def only(x, kept, sizes, axis):
    """x with its views missing but those of the numbers `kept`.

    Args:
        x, sizes, axis: as of `views_of`.
        kept: the numbers of views, from 0.

    Example:
        >>> [float(pixel) for pixel in only(ops.ones([3]), kept=[1], sizes=(2, 1), axis=-1)]
        [nan, nan, 1.0]
    """
    views = views_of(x, sizes, axis)
    hidden = [view if number in kept else ops.full_like(view, float("nan")) for number, view in enumerate(views)]
    return ops.concatenate(hidden, axis=axis)
