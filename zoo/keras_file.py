"""A model's `.keras` file, loaded without running anything in it."""

import io
import zipfile
from pathlib import Path

import h5py
import keras
import numpy as np

from zoo.errors import InputError
from zoo.files.foreign import check_archive, reading
from zoo.files.saving import LONGEST_JSON
from zoo.image_model import ImageModel

#: A `.keras` file, and what is in it: layers, and their weights as HDF5.
KERAS, CONFIG, WEIGHTS = "a whole .keras file of a zoo model", "config.json", "model.weights.h5"


def load_keras(path):
    """Loads a `.keras` file of a zoo model in safe mode, once it is known how large what is in it will be.

    Raises:
        InputError: there is no such file, or it isn't a whole `.keras` file of a zoo model.
    """
    path = Path(path)
    if not path.exists():
        raise InputError(f"path is {path}, but there is no such file. Give a .keras file or the folder of a run.")
    with reading(path, KERAS):
        _check_keras(path)
        model = keras.saving.load_model(path, safe_mode=True)
    if not isinstance(model, ImageModel):
        raise InputError(f"{path} holds a {type(model).__name__}, not a model of the zoo.")
    return model


def _check_keras(path):
    """Raises `InputError` where what is in the file isn't what Keras writes, or is far larger than it says."""
    members = {member.filename: member for member in check_archive(path, KERAS, expansion=20, floor=2**26)}
    if not {CONFIG, WEIGHTS} <= members.keys() <= {CONFIG, WEIGHTS, "metadata.json"}:
        raise InputError(f"{path} has {', '.join(members)[:200]} in it, but should have {CONFIG} and {WEIGHTS}.")
    if members[CONFIG].file_size > LONGEST_JSON:
        raise InputError(f"{path} has a {CONFIG} of {members[CONFIG].file_size} bytes: it was altered. Restore it.")
    with zipfile.ZipFile(path) as archive:
        broken = archive.testzip()
        if broken is not None:
            raise InputError(f"{path} is damaged: {broken} in it fails its checksum. Restore the file.")
        _check_weights(path, archive.read(WEIGHTS))


def _check_weights(path, content):
    """Raises `InputError` where weights are elsewhere than in the file, or more than is in it, or aren't finite."""

    def check(name, item):
        if isinstance(item, h5py.Dataset):
            if item.external or item.is_virtual:
                raise InputError(f"{path} has weights that are in other files ({name}): they aren't read.")
            if item.nbytes > max(item.id.get_storage_size(), 2**10):
                raise InputError(f"{path} has less of {name} than the {item.nbytes} bytes it says. Restore the file.")
            if item.dtype.kind == "f" and not np.isfinite(item[()]).all():
                raise InputError(
                    f"{path} has weights that are NaN or infinite ({name}): its training broke down. Give another file."
                )

    with h5py.File(io.BytesIO(content), "r") as weights:
        weights.visititems(check)
