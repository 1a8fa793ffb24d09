"""The scale of pixels: black and white, levels of 8 or 16 bits, or real values."""

import math

import numpy as np

from zoo.errors import InputError

#: The number that is white, by the kind of the pixels; black is 0. Of `float32`, the fourth kind, the model says it.
WHITE = {"bool": 1, "uint8": 255, "uint16": 65535}
#: What floats lie in where nothing else is said: black and white.
UNIT = (0.0, 1.0)


def kind_of(images, name):
    """The kind of pixels that images have, decided from all of them.

    | numbers | kind | black, white |
    |---|---|---|
    | booleans, and integers that are 0 and 1 alone | `bool` | 0, 1 |
    | uint16 | `uint16` | 0, 65535 |
    | other integers | `uint8` | 0, 255 |
    | floats | `float32` | the model's range, [0, 1] where it has no other |

    Args:
        images: an array `[N, ...]`; it may be on disk, and larger than memory.
        name: what the images are called in the error.

    Raises:
        InputError: they aren't numbers that can be meant as pixels.

    Example:
        >>> [kind_of(np.array([[0, white]]), "x") for white in (1, 255)]
        ['bool', 'uint8']
    """
    kind = np.dtype(images.dtype)
    if kind.kind not in "fiub":
        raise InputError(f"{name} has dtype {kind}, but images are booleans, integers or floats.")
    if kind.kind == "f":
        return "float32"
    low, high = extent(images, name)
    if low >= 0 and high <= 1:
        return "bool"
    if kind == "uint16":
        if high > 255:
            return "uint16"
        raise InputError(
            f"{name} has uint16 pixels from {low} to {high}, which are nearly black where 65535 is white: give uint8 "
            "if 255 is white, or floats, divided by what is."
        )
    if low < 0 or high > 255 or np.iinfo(kind).max < 255:
        raise InputError(
            f"{name} has {kind} pixels from {low} to {high}, but integers are 0 and 1 alone, 0 to 255, or uint16 from "
            "0 to 65535: give those, or floats, divided by what is white."
        )
    return "uint8"


def kind_of_all(batches, name):
    """The kind of pixels that several batches have together: they are black and white if all of them are.

    Args:
        batches: a list of arrays.
        name: what the images are called in the error.

    Example:
        >>> kind_of_all([np.array([[0, 1]]), np.array([[0, 255]])], "x")
        'uint8'
    """
    kinds = [kind_of(batch, name) for batch in batches]
    return next((kind for kind in kinds if kind != "bool"), "bool")


def settled(kind, batches, name):
    """The kind that was decided before, or that of these batches where that leaves open what integers mean.

    Args:
        kind: of `kind_of`, or None.
        batches: a list of arrays.
        name: what the images are called in the error.

    Example:
        >>> dark = [np.array([[0, 1]])]
        >>> settled("uint8", dark, "x"), settled("float32", dark, "x"), settled(None, dark, "x")
        ('uint8', 'bool', 'bool')
    """
    return kind if kind in WHITE else kind_of_all(batches, name)


def as_kind(images, kind, name, range=UNIT, missing=False):
    """Images of a kind that was decided before, as an array of that dtype: what isn't of that kind is refused.

    Floats are taken whatever the kind is, and stay floats.

    Args:
        images: an array `[N, ...]`.
        kind: of `kind_of`.
        name: what the images are called in the error.
        range: (low, high) that floats have to lie in; None for any.
        missing: whether floats may be NaN, for what is missing.

    Returns:
        An array of dtype bool, uint8, uint16 or float32; the same one, where it is so already.

    Raises:
        InputError: integers of another kind, or floats that aren't finite or out of the range.

    Example:
        >>> as_kind(np.array([[0, 255]]), "uint8", "x").dtype
        dtype('uint8')
        >>> as_kind(np.array([[0, 255]]), "bool", "x")
        Traceback (most recent call last):
        zoo.errors.InputError: x has int64 pixels from 0 to 255, but those before had 1 for white...
    """
    dtype = np.dtype(images.dtype)
    if dtype.kind == "f":
        check_range(images, range, name, missing)
        return images if dtype == "float32" else images.astype("float32")
    kind = settled(kind, [images], name)
    if dtype.kind == "b":
        return images if kind == "bool" else images * np.asarray(WHITE[kind], kind)
    if dtype.kind not in "iu":
        raise InputError(f"{name} has dtype {dtype}, but images are booleans, integers or floats.")
    low, high = extent(images, name)
    if low < 0 or high > WHITE[kind] or np.iinfo(dtype).max < WHITE[kind]:
        raise InputError(
            f"{name} has {dtype} pixels from {low} to {high}, but those before had {WHITE[kind]} for white: give "
            "them on the same scale, or floats, divided by what is white."
        )
    return images if dtype == kind else images.astype(kind)


def check_range(images, range, name, missing=False):
    """Raises `InputError` unless floats are finite and lie in a range.

    Args:
        images: an array of floats.
        range: (low, high), or None for any finite numbers.
        name: what the images are called in the error.
        missing: whether they may be NaN, for what is missing.

    Example:
        >>> check_range(np.array([0.0, 255.0]), UNIT, "x")
        Traceback (most recent call last):
        zoo.errors.InputError: x has float64 pixels from 0 to 255, but floats must lie in [0, 1]: ...
    """
    low, high = extent(images, name, missing)
    if range is None:
        return
    # As far out as rounding takes the edge.
    margin = 1e-6 * (range[1] - range[0])
    if low < range[0] - margin or high > range[1] + margin:
        by_type = "divide by 255, or give them as uint8" if low >= 0 and 1 < high <= 255 else "rescale them"
        raise InputError(
            f"{name} has {images.dtype} pixels from {low:g} to {high:g}, but floats must lie in [{range[0]:g}, "
            f"{range[1]:g}]: {by_type}. Real values have a home in a Gaussian likelihood or an autoencoder with "
            "another range=(low, high), or range=None."
        )


def extent(images, name, missing=False):
    """The smallest and the largest number of images, which may be on disk, and larger than memory.

    Args:
        images: an array `[N, ...]`.
        name: what the images are called in the error.
        missing: whether NaN stands for what is missing, and isn't looked at.

    Raises:
        InputError: there are none, or NaN or infinite ones.

    Example:
        >>> extent(np.array([[3, 5], [4, 2]]), "x")
        (2, 5)
    """
    if not math.prod(images.shape):
        raise InputError(f"{name} is empty: it has shape {tuple(images.shape)}. Give at least one image.")
    rows = max(1, 2**24 // math.prod(images.shape[1:]))
    blocks = (np.asarray(images[start : start + rows]) for start in range(0, len(images), rows))
    if missing and images.dtype.kind == "f":
        blocks = (seen for seen in (block[~np.isnan(block)] for block in blocks) if seen.size)
    # A NaN is the smallest and the largest of what it is among.
    ends = [(block.min(), block.max()) for block in blocks]
    if not ends:
        raise InputError(f"{name} has no pixels but NaN: give images of which something is seen.")
    low, high = (np.array(each) for each in zip(*ends, strict=True))
    low, high = low.min(), high.max()
    if not np.isfinite([low, high]).all():
        raise InputError(
            f"{name} has NaN or infinite pixels: take them out, or replace them. NaN in place of what is missing is "
            "for models that take it, missing_data_vae say."
        )
    return low.item(), high.item()


def has_missing(images):
    """Whether pixels are missing, NaN, of images that may be on disk, and larger than memory.

    Example:
        >>> has_missing(np.array([[0.0, np.nan]])), has_missing(np.array([[0, 1]]))
        (True, False)
    """
    # Floats of levels have none.
    images = getattr(images, "as_they_lie", images)
    if np.dtype(images.dtype).kind != "f":
        return False
    return any(np.isnan(images[start : start + 1000]).any() for start in range(0, len(images), 1000))


def has_eight_bits(x):
    """Whether floats in [0, 1] are among the 256 values k/255.

    Example:
        >>> has_eight_bits(np.array([0.0, 1 / 255])), has_eight_bits(np.array([0.5 / 255]))
        (True, False)
    """
    levels = np.asarray(x, "float32") * 255
    return bool(np.max(np.abs(levels - np.round(levels))) <= 1e-2)


def check_levels(x, name, taker):
    """Raises `InputError` unless floats are among the 256 values k/255, which `taker` alone takes.

    Example:
        >>> check_levels(np.array([0.3005]), "x", "a categorical likelihood")
        Traceback (most recent call last):
        zoo.errors.InputError: x has pixels between the 256 values k/255 that a categorical likelihood takes: give ...
    """
    if not has_eight_bits(x):
        raise InputError(
            f"{name} has pixels between the 256 values k/255 that {taker} takes: give 8-bit images divided by 255, or "
            "use a Gaussian likelihood for real values."
        )


def floats(images, range=UNIT):
    """Images as the model sees them: black and white are the ends of its range, and floats are left as they are.

        x = low + (high - low) k / white

    Args:
        images: an array of dtype bool, uint8, uint16 or float32, `[...]`.
        range: (low, high); None for [0, 1].

    Returns:
        float32 of that shape.

    Example:
        >>> floats(np.array([0, 255], "uint8"), (-1.0, 1.0)).tolist()
        [-1.0, 1.0]
    """
    x = images.astype("float32", copy=False)
    if images.dtype.name not in WHITE:
        return x
    (low, high), x = range or UNIT, x / np.float32(WHITE[images.dtype.name])
    return x if (low, high) == UNIT else np.float32(low) + np.float32(high - low) * x


class Floats:
    """Images as the model sees them, by `floats`, read when they are asked for: they may be on disk.

    Args:
        images: an array, or what is read like one, of dtype bool, uint8, uint16 or float32, `[N, ...]`.
        range: (low, high); None for [0, 1].

    Example:
        >>> images = Floats(np.array([[0], [255]], "uint8"))
        >>> images[np.array([1, 0])].tolist(), np.asarray(images[:1]).tolist()
        ([[1.0], [0.0]], [[0.0]])
    """

    dtype = np.dtype("float32")

    def __init__(self, images, range=UNIT):
        self.as_they_lie, self._range, self.shape = images, range, tuple(images.shape)

    def __len__(self):
        return len(self.as_they_lie)

    def __getitem__(self, key):
        """Images for an array of numbers; for a slice other `Floats`."""
        if isinstance(key, slice):
            return Floats(self.as_they_lie[key], self._range)
        return floats(np.asarray(self.as_they_lie[key]), self._range)

    def __array__(self, dtype=None, copy=None):
        return floats(np.asarray(self.as_they_lie), self._range).astype(dtype or "float32", copy=False)


def grey(images, shown=UNIT):
    """Images in [0, 1], to be looked at: what is shown as black to 0, what as white to 1, and the rest clipped.

    Args:
        images: float `[...]`.
        shown: (low, high), a model's `shown`.

    Returns:
        NumPy float32 of that shape.

    Example:
        >>> grey(np.array([-1.0, 0.0, 2.0]), (-1.0, 1.0)).tolist()
        [0.0, 0.5, 1.0]
    """
    low, high = shown
    # A constant image has no range of its own.
    return np.clip((np.asarray(images, "float32") - low) / ((high - low) or 1.0), 0.0, 1.0)


def check_limits(range):
    """(low, high) as floats, or None for any numbers.

    Raises:
        InputError: it is neither.

    Example:
        >>> check_limits([-1, 1])
        (-1.0, 1.0)
    """
    if range is None:
        return None
    try:
        low, high = (float(end) for end in range)
        if -np.inf < low < high < np.inf:
            return low, high
    except (TypeError, ValueError):
        pass
    raise InputError(f"range is {range!r}, but must be (low, high), the pixels of black and of white, or None for any.")
