"""A folder of PNG and JPEG images, brought to one size."""

import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from zoo.data.fingerprint import file_digest, fingerprint, row_digests
from zoo.data.splits import Splits, by_hash, divide
from zoo.errors import InputError

SUFFIXES = (".png", ".jpg", ".jpeg")


def load(folder, image_size=(64, 64), channels=None, rule=by_hash):
    """`Splits` of the images in a folder and the folders below it. The path within it says which part one belongs to.

    Each image is decoded once, scaled to cover `image_size` and cut to its middle, and kept in a file on disk that goes
    away with the process: the set may be larger than memory, and training never waits for a decoder.

    Args:
        folder: its path.
        image_size: (height, width).
        channels: 1 for grey, 3 for colour; None for what the first image is.
        rule: `zoo.data.splits.by_hash`, or what held before it.

    Raises:
        InputError: the folder has no images, or a broken one, or the disk is full.
    """
    paths = sorted(path for path in Path(folder).rglob("*") if path.suffix.lower() in SUFFIXES)
    if not paths:
        raise InputError(f"data is the folder {folder}, which has no {', '.join(SUFFIXES)} files in it.")
    channels = channels or _channels(paths[0])
    shape = (len(paths), *image_size, channels)
    try:
        images = np.memmap(tempfile.TemporaryFile(), "uint8", "w+", shape=shape)  # noqa: SIM115 (the array keeps it)
        with ThreadPoolExecutor() as pool:
            for index, image in enumerate(pool.map(lambda path: _read(path, image_size, channels), paths)):
                images[index] = image
            digests = list(pool.map(file_digest, paths))
    except OSError as error:
        raise InputError(f"no room for {shape} bytes of decoded images in {tempfile.gettempdir()}: {error}.") from error
    keys = [path.relative_to(folder).as_posix() for path in paths]
    read = dict(zip(keys, digests, strict=True))
    return Splits(*divide(images, rule(keys, row_digests(images))), fingerprint(len(paths), read))


def _channels(path):
    with _open(path) as image:
        return 1 if image.mode in ("1", "L", "LA", "I", "I;16", "F") else 3


def _open(path):
    from PIL import Image, UnidentifiedImageError

    try:
        return Image.open(path)
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise InputError(
            f"{path} can't be read as an image ({error}). Take it out of the folder, or mend it."
        ) from error


def _read(path, image_size, channels):
    from PIL import Image, ImageOps

    with _open(path) as image:
        try:
            upright = ImageOps.exif_transpose(image).convert("L" if channels == 1 else "RGB")
            fitted = ImageOps.fit(upright, image_size[::-1], Image.Resampling.LANCZOS)
        except (OSError, SyntaxError, ValueError) as error:
            raise InputError(f"{path} is broken ({error}). Take it out of the folder, or mend it.") from error
        return np.asarray(fitted, "uint8").reshape(*image_size, channels)
