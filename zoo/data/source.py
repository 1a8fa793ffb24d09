"""Where the files of the named data sets are."""

import contextlib
import io
import os
import zipfile
import zlib
from pathlib import Path

import numpy as np

from zoo.errors import InputError


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
        InputError: the file isn't whole, or lacks one of the keys.
    """
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return [arrays[key] for key in keys] if keys else dict(arrays)
    except KeyError as error:
        raise InputError(f"{path} has no array {error}. It should have {', '.join(keys)}.") from error
    except (ValueError, OSError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise InputError(f"{path} can't be read as .npz: {error}. It is damaged, or something else.") from error


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
