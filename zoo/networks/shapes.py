"""The sizes that networks are built from, checked before Keras sees them."""

import numbers

from zoo.errors import InputError


def check_sizes(name, sizes):
    """The sizes as a tuple of ints.

    Args:
        name: the argument's name, for the error.
        sizes: a sequence of positive integers.

    Raises:
        InputError: it isn't one.

    Example:
        >>> check_sizes("units", [200, 100])
        (200, 100)
    """
    values = tuple(sizes) if isinstance(sizes, list | tuple) else (sizes,)
    if not values or any(isinstance(v, bool) or not isinstance(v, numbers.Integral) or v < 1 for v in values):
        given = values[0] if len(values) == 1 else sizes
        raise InputError(f"{name} is {given!r}, but must be made of whole numbers of at least 1.")
    return tuple(int(v) for v in values)


def check_image_shape(image_shape, vectors=False):
    """The image shape as three ints, (height, width, channels).

    Args:
        image_shape: a sequence.
        vectors: whether (D,) will do, too: a table's row.

    Raises:
        InputError: it isn't three positive integers, or the channels come first.

    Example:
        >>> check_image_shape([28, 28, 1])
        (28, 28, 1)
    """
    shape = check_sizes("image_shape", image_shape)
    if vectors and len(shape) == 1:
        return shape
    if len(shape) != 3:
        raise InputError(f"image_shape is {shape}, but must be (height, width, channels): (28, 28, 1), say.")
    if shape[0] in (1, 3) and shape[2] > 4:
        raise InputError(
            f"image_shape is {shape}: the channels seem to come first. Give (height, width, channels): "
            f"{(*shape[1:], shape[0])}."
        )
    return shape


def split_in_two(latent_dim, upper_dim=None):
    """The sizes of z's lower and upper layer.

    Args:
        latent_dim: of both, D.
        upper_dim: of the upper layer; None for a third.

    Raises:
        InputError: a size that isn't a positive integer, or one that leaves nothing to the lower layer.

    Example:
        >>> split_in_two(150), split_in_two(10, upper_dim=2)
        ((100, 50), (8, 2))
    """
    (latent_dim,) = check_sizes("latent_dim", (latent_dim,))
    (upper_dim,) = check_sizes("upper_dim", (max(1, latent_dim // 3) if upper_dim is None else upper_dim,))
    if upper_dim >= latent_dim:
        raise InputError(
            f"latent_dim is {latent_dim}, of which upper_dim is {upper_dim}: it must be larger, for two layers."
        )
    return latent_dim - upper_dim, upper_dim
