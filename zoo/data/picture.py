"""One picture in a file, as a viewer would show it."""

import contextlib
from typing import Any, NamedTuple

import numpy as np

from zoo.errors import InputError
from zoo.files.foreign import check_file, reading

#: What Pillow decodes by itself. It hands EPS to Ghostscript, so the formats are named to it, whatever the suffix.
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "PPM")
#: EXIF's orientations, and what turns each of them upright.
UPRIGHT = {
    2: "FLIP_LEFT_RIGHT",
    3: "ROTATE_180",
    4: "FLIP_TOP_BOTTOM",
    5: "TRANSPOSE",
    6: "ROTATE_270",
    7: "TRANSVERSE",
    8: "ROTATE_90",
}
#: Those that take height for width.
SIDEWAYS = ("TRANSPOSE", "ROTATE_270", "TRANSVERSE", "ROTATE_90")
#: The ground on which a transparent pixel is a missing one.
MISSING = "missing"
# TIFF's tags.
_PHOTOMETRIC, _BITS, _SMALLEST, _LARGEST = 262, 258, 340, 341
_WHITE_IS_ZERO = 0


class Picture(NamedTuple):
    """What was in a file."""

    pixels: Any  #: uint8 `[height, width, channels]`; of `read_seen` float32
    grey: bool  #: whether it is stored in grey
    animated: bool  #: whether there are further frames or pages


def is_grey(path):
    """Whether a file holds a picture in grey, by its head alone.

    Raises:
        InputError: as for `read`.
    """
    with _opened(path) as image:
        return _is_grey(image)


def size_of(path):
    """(height, width) of the picture in a file once it is turned upright, by its head alone.

    Raises:
        InputError: as for `read`.
    """
    with _opened(path) as image:
        width, height = image.size
        return (width, height) if _turn(image) in SIDEWAYS else (height, width)


def read(path, image_size, channels, ground="white"):
    """A picture's first frame, scaled to cover a size and cut to its middle.

    It is turned upright and laid over the ground where it is transparent. 16-bit greys are divided by 257, of 16-bit
    colours Pillow gives the upper byte. Floats go from 0 to 1 and 32-bit integers nowhere in particular, unless the
    TIFF states the smallest and the largest value that they can take (its tags SMinSampleValue and SMaxSampleValue).
    Colour profiles and gamma aren't applied.

    Args:
        path: of a file in one of `FORMATS`, whatever its suffix.
        image_size: (height, width).
        channels: 1 for grey (ITU-R 601-2 luma), 3 for colour.
        ground: the colour that shows through, as `PIL.ImageColor` has it.

    Returns:
        A `Picture`.

    Raises:
        InputError: the file isn't a whole picture, or one of more than 178,956,970 pixels, or not of this kind.
    """
    from PIL import Image, ImageOps

    with _opened(path) as image:
        grey, animated = _is_grey(image), getattr(image, "is_animated", False) and image.format != "MPO"
        shown = _turned(_as_shown(image, ground), image).convert("L" if channels == 1 else "RGB")
        fitted = ImageOps.fit(shown, image_size[::-1], Image.Resampling.LANCZOS)
        return Picture(np.asarray(fitted, "uint8").reshape(*image_size, channels), grey, animated)


def read_seen(path, image_size, channels):
    """Like `read`, but a pixel whose alpha is 0 is missing, NaN, whatever colour lies under it; alpha is nothing else.

    Where a picture is scaled, a pixel is the mean of what is seen of those that it is made of, and is missing where
    that is less than half.

    Args, Raises: as of `read`.

    Returns:
        A `Picture`, of float32 k/255 and NaN.
    """
    from PIL import Image, ImageOps

    with _opened(path) as image:
        grey, animated = _is_grey(image), getattr(image, "is_animated", False) and image.format != "MPO"
        shown = _turned(_with_alpha(image), image)
        colours = np.asarray(shown.convert("RGBA").convert("L" if channels == 1 else "RGB"), "float32")
        seen = (np.asarray(shown.convert("RGBA"))[..., 3] > 0).astype("float32")

        def fitted(values):
            return np.asarray(ImageOps.fit(Image.fromarray(values), image_size[::-1], Image.Resampling.BOX))

        share = fitted(seen)[..., None]
        colours = colours.reshape(*seen.shape, channels) * seen[..., None]
        sums = np.stack([fitted(np.ascontiguousarray(colours[..., c])) for c in range(channels)], axis=-1)
        levels = np.clip(np.rint(sums / np.maximum(share, 0.5)), 0, 255) / np.float32(255)
        return Picture(np.where(share >= 0.5, levels, np.nan).astype("float32"), grey, animated)


def read_before(path, image_size, channels):
    """What `read` gave runs whose cards have no version: the same but for transparency and depth, which it dropped."""
    from PIL import Image, ImageOps

    with _opened(path) as image:
        upright = ImageOps.exif_transpose(image).convert("L" if channels == 1 else "RGB")
        fitted = ImageOps.fit(upright, image_size[::-1], Image.Resampling.LANCZOS)
        return Picture(np.asarray(fitted, "uint8").reshape(*image_size, channels), _is_grey(image), False)


def check_ground(ground):
    """Raises `InputError` unless it is an opaque colour.

    Example:
        >>> check_ground("whiter")
        Traceback (most recent call last):
        zoo.errors.InputError: ground is 'whiter', but must be a colour: white, black, grey, '#ffeedd', ...
    """
    from PIL import ImageColor

    try:
        if len(ImageColor.getrgb(ground)) == 3:
            return
    except ValueError:
        pass
    raise InputError(f"ground is {ground!r}, but must be a colour: white, black, grey, '#ffeedd', as HTML has them.")


@contextlib.contextmanager
def _opened(path):
    """The picture in a file, of which the head is read; whatever goes wrong in here with it is an `InputError`."""
    from PIL import Image

    check_file(path)
    with reading(path, f"a picture in {', '.join(FORMATS)}"), Image.open(path, formats=FORMATS) as image:
        yield image


def _is_grey(image):
    return image.mode in ("1", "L", "LA", "La", "F") or image.mode.startswith("I")


def _turn(image):
    """What turns a picture upright, or None. A TIFF is turned as it is read, and a PNG's orientation may come last."""
    return None if image.format == "TIFF" else UPRIGHT.get(image.getexif().get(0x0112))


def _turned(shown, image):
    from PIL import Image

    # The whole picture has been read by now.
    turn = _turn(image)
    return shown.transpose(Image.Transpose[turn]) if turn else shown


def _as_shown(image, ground):
    """In a mode that `convert` brings to grey and colour: 8 bits, without transparency."""
    from PIL import Image

    image = _with_alpha(image)
    if image.has_transparency_data:
        above = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", above.size, ground), above)
    return image


def _with_alpha(image):
    """In a mode that `convert` brings to grey and colour: 8 bits, perhaps with transparency."""
    image = _eight_bits(image) if image.mode.startswith("I") or image.mode == "F" else _true_key(image)
    if image.mode == "LAB":
        return _from_lab(image)
    if image.mode in ("La", "RGBa"):
        image = image.convert({"La": "LA", "RGBa": "RGBA"}[image.mode])
    return image


def _eight_bits(image):
    """Integers of 16 or 32 bits, or floats, as `L`; or as `LA` where one value stands for what is transparent."""
    from PIL import Image

    low, high = _extent(image)
    values = np.asarray(image).astype("float64")
    if not (values >= low).all() or not (values <= high).all():
        raise InputError(
            f"{image.filename} has {'floats' if image.mode == 'F' else 'integers'} from {values.min()} to "
            f"{values.max()}, and doesn't say which are black and white. Save it with 8 or 16 bits, or give the "
            "pictures as a .npy."
        )
    grey = np.rint((values - low) / (high - low) * 255).astype("uint8")
    if _tags(image).get(_PHOTOMETRIC) == _WHITE_IS_ZERO:
        grey = 255 - grey
    if "transparency" not in image.info:
        return Image.fromarray(grey)
    alpha = np.where(values == image.info["transparency"], 0, 255).astype("uint8")
    return Image.fromarray(np.stack([grey, alpha], axis=-1))


def _extent(image):
    """What is black and what is white in a picture of more than 8 bits."""
    tags = _tags(image)
    if image.mode.startswith("I;16") or (image.format != "TIFF" and image.mode == "I"):
        return 0, 2 ** tags.get(_BITS, (16,))[0] - 1
    if _SMALLEST in tags and _LARGEST in tags:
        low, high = (np.ravel(tags[tag])[0] for tag in (_SMALLEST, _LARGEST))
        if low < high:
            return low, high
    # No range, unless it is that of floats.
    return (0, 1) if image.mode == "F" else (np.inf, -np.inf)


def _tags(image):
    return getattr(image, "tag_v2", {})


def _true_key(image):
    """A PNG's transparent colour in 8 bits, as its pixels are by then; it is in the file's own depth."""
    key = image.info.get("transparency")
    if image.format != "PNG" or image.mode not in ("L", "RGB") or key is None:
        return image
    depth = image.tile[0][3] if image.tile else image.mode
    if depth in ("L;2", "L;4"):
        key = key * 255 // (2 ** int(depth[-1]) - 1)
    elif depth == "RGB;16B":
        key = tuple(value >> 8 for value in key)
    image.load()
    image.info["transparency"] = key
    return image


def _from_lab(image):
    from PIL import ImageCms

    lab, srgb = (ImageCms.createProfile(space) for space in ("LAB", "sRGB"))
    return ImageCms.profileToProfile(image, lab, srgb, outputMode="RGB")
