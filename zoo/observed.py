"""What is observed: an image, or a dict of an `image` and its `label`."""

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
