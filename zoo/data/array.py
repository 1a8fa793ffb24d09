"""Images in a `.npy` or `.npz` file."""

import zipfile

import numpy as np

from zoo.data.fingerprint import array_digest, fingerprint, row_digests
from zoo.data.source import read_npz
from zoo.data.splits import Split, Splits, by_hash, divide
from zoo.errors import InputError
from zoo.images import check_images


def load(path, rule=by_hash):
    """`Splits` of the images in a file. A row's number says which part it belongs to.

    A `.npy` holds one array, which isn't read into memory but left on disk. A `.npz` holds `x_train` and `x_test`, with
    `y_train` and `y_test` if there are labels (about a tenth of the training images is watched), or one array of any
    name. Images are uint8 `[N, height, width]` or `[N, height, width, channels]`, or floats.

    Args:
        path: of the file.
        rule: `zoo.data.splits.by_hash`, or what held before it.

    Raises:
        InputError: the file can't be read, or doesn't hold images.
    """
    if path.suffix == ".npy":
        try:
            images = np.load(path, mmap_mode="r", allow_pickle=False)
        except (ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
            raise InputError(f"{path} can't be read as .npy: {error}. It is damaged, or something else.") from error
        if not isinstance(images, np.ndarray):
            raise InputError(f"{path} holds several arrays: call it .npz.")
        return _divided(images, path, rule)
    arrays = read_npz(path)
    if {"x_train", "x_test"} <= arrays.keys():
        x_train, x_test = (_images(arrays[f"x_{part}"], path) for part in ("train", "test"))
        parts = rule(range(len(x_train)), row_digests(x_train), count=2)
        read = {
            name: array_digest(arrays[name]) for name in ("x_train", "y_train", "x_test", "y_test") if name in arrays
        }
        return Splits(
            *divide(x_train, parts, arrays.get("y_train")),
            Split(x_test, arrays.get("y_test")),
            fingerprint(len(x_train) + len(x_test), read),
        )
    if len(arrays) == 1:
        return _divided(*arrays.values(), path, rule)
    raise InputError(
        f"{path} has the arrays {', '.join(arrays) or '(none)'}, but should have x_train and x_test, or one."
    )


def _divided(array, path, rule):
    images, digests = _images(array, path), row_digests(array)
    read = {"images": array_digest(array, digests)}
    return Splits(*divide(images, rule(range(len(images)), digests)), fingerprint(len(images), read))


def _images(array, path):
    if array.ndim == 3:
        array = array[..., None]
    check_images(array, str(path))
    if array.dtype.kind == "f":
        return array.astype("float32", copy=False)
    if array.dtype != "uint8":
        low, high = array.min(), array.max()
        if low < 0 or high > 255:
            raise InputError(f"{path} has whole numbers from {low} to {high}, but 8-bit pixels go from 0 to 255.")
        return array.astype("uint8")
    return array
