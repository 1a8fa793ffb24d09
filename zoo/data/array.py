"""Images in a `.npy` or `.npz` file."""

import zipfile

import numpy as np

from zoo.data.source import read_npz
from zoo.data.splits import Split, at_random, holding_out
from zoo.errors import InputError
from zoo.images import check_images


def load(path):
    """`Splits` of the images in a file.

    A `.npy` holds one array, which isn't read into memory but left on disk. A `.npz` holds `x_train` and `x_test`, with
    `y_train` and `y_test` if there are labels (a tenth of the training images is watched), or one array of any name.
    Images are uint8 `[N, height, width]` or `[N, height, width, channels]`, or floats.

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
        return at_random(_images(images, path), name=str(path))
    arrays = read_npz(path)
    if {"x_train", "x_test"} <= arrays.keys():
        train, test = (Split(_images(arrays[f"x_{part}"], path), arrays.get(f"y_{part}")) for part in ("train", "test"))
        if len(train.images) < 2:
            raise InputError(f"{path} has one training image, but one to train on and one to watch are needed.")
        return holding_out(train, test, max(1, len(train.images) // 10))
    if len(arrays) == 1:
        return at_random(_images(*arrays.values(), path), name=str(path))
    raise InputError(
        f"{path} has the arrays {', '.join(arrays) or '(none)'}, but should have x_train and x_test, or one."
    )


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
