"""Layers that cut an image to its size, where those that double it have made it larger."""

import keras


def cropping(size, wanted):
    """The layers that leave the first rows and columns: one, or none where there is nothing to cut.

    Args:
        size: (height, width) of what there is.
        wanted: (height, width) of what is to be left.

    Returns:
        A list of Keras layers.

    Example:
        >>> len(cropping((32, 32), (28, 28))), cropping((32, 32), (32, 32))
        (1, [])
    """
    if tuple(size) == tuple(wanted):
        return []
    cut = tuple((0, have - want) for have, want in zip(size, wanted, strict=True))
    return [keras.layers.Cropping2D(cut, "channels_last")]
