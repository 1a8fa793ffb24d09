"""The files of the named data sets, and where they lie."""

import contextlib
import io
import math
import os
import zipfile
from pathlib import Path

import numpy as np

from zoo.errors import InputError
from zoo.files.foreign import check_archive, check_file, reading

NPY, NPZ = "a whole .npy file of one array", "a whole .npz file of arrays"


def find(name):
    """The path of a file or folder under the environment variable ZOO_DATA, or None where it isn't there."""
    folder = os.environ.get("ZOO_DATA")
    path = Path(folder) / name if folder else None
    return path if path is not None and path.exists() else None


def require(data, name):
    """Like `find`, for data sets that are to be had nowhere else.

    Raises:
        InputError: it isn't there.
    """
    path = find(name)
    if path is None:
        raise InputError(
            f"data set {data} is read from the file {name} in the folder that the environment variable ZOO_DATA names. "
            f"It isn't there (ZOO_DATA is {os.environ.get('ZOO_DATA', 'not set')}): put it there. The set digits needs "
            "none."
        )
    return path


def read_npz(path, *keys):
    """Arrays of an `.npz` file, without pickle; all of its keys' arrays in a dict where no keys are given.

    Raises:
        InputError: the file isn't whole, lacks one of the keys, or claims far more than there is in it.
    """
    # Binarized MNIST is compressed to 1:19, zeros to 1:1015.
    members = check_archive(path, NPZ, expansion=300, floor=2**28)
    with reading(path, NPZ):
        with zipfile.ZipFile(path) as archive:
            for member in members:
                with archive.open(member) as file:
                    _check_header(file, member.file_size, f"{path} has {member.filename}, which")
        with np.load(path, allow_pickle=False) as arrays:
            missing = [key for key in keys if key not in arrays]
            if missing:
                raise InputError(f"{path} has no array {missing[0]!r}. It should have {', '.join(keys)}.")
            return [arrays[key] for key in keys] if keys else dict(arrays)


def read_npy(path):
    """The array in a `.npy` file, which isn't read into memory but left on disk.

    Raises:
        InputError: the file isn't whole, or claims more than there is in it.
    """
    check_file(path)
    with reading(path, NPY):
        with open(path, "rb") as file:
            _check_header(file, os.path.getsize(path), str(path))
        return np.load(path, mmap_mode="r", allow_pickle=False)


def _check_header(file, size, what):
    """Raises `InputError` where an array's header says anything but how numbers lie in what there is of the file."""
    version = np.lib.format.read_magic(file)
    headers = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
    if version not in headers:
        raise InputError(f"{what} is of a version of the format that images don't need, {version}: give np.save's.")
    shape, _, dtype = headers[version](file)
    if dtype.hasobject:
        raise InputError(f"{what} holds Python objects, which aren't read: they could run code. Give numbers.")
    # A string of no characters takes one byte as it is read.
    claimed, there = math.prod(shape) * max(1, dtype.itemsize), size - file.tell()
    if claimed > there:
        raise InputError(f"{what} claims {claimed} bytes, {shape} of {dtype}, and has {there}: it was cut short.")


def from_keras(data):
    """A set that Keras has, from its cache or downloaded: (x_train, y_train), (x_test, y_test).

    Raises:
        InputError: it is in no cache, and can't be downloaded.
    """
    import keras

    try:
        with contextlib.redirect_stdout(io.StringIO()):
            return getattr(keras.datasets, data).load_data()
    except Exception as error:  # what keras.utils.get_file raises is no narrower
        raise InputError(
            f"data set {data} isn't under ZOO_DATA, and Keras can't download it ({str(error).splitlines()[0]}). "
            "Set ZOO_DATA to a folder that has it. The set digits needs none."
        ) from error
