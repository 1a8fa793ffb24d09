"""Loads models from anywhere: those that come trained, by name, and `.keras` files and runs, by path."""

import difflib
import warnings
from pathlib import Path

from zoo.errors import InputError
from zoo.files.saving import mend, read_json
from zoo.files.shipped import FOLDER


def pretrained():
    """The cards of the pretrained models, by name: what each was trained on, its scores and its command.

    Returns:
        A dict of name to the content of its `card.json`.

    Example:
        >>> "mnist-conv" in pretrained()
        True
    """
    return {path.parent.name: read_json(path) for path in sorted(FOLDER.glob("*/card.json"))}


def locate(path):
    """The path itself, or the folder of the pretrained model of that name where there is nothing at the path.

    What a killed process had to move there is moved first.

    Args:
        path: a path, or a pretrained model's name.

    Raises:
        InputError: there is nothing at the path, and it is nearly the name of a pretrained model.

    Example:
        >>> locate("mnist-conv").name
        'mnist-conv'
    """
    path = Path(path)
    mend(path)
    if path.exists() or len(path.parts) != 1:
        return path
    if (FOLDER / path / "card.json").is_file():
        return FOLDER / path
    near = difflib.get_close_matches(path.name, pretrained(), n=1, cutoff=0.7)
    if near:
        raise InputError(f"there is no run or pretrained model {path.name!r}. Did you mean {near[0]!r}?")
    return path


def load(path):
    """Loads a model: a pretrained one by its name, a `.keras` file, or the run folder of `zoo train`.

    Nothing in the file is run: Keras's safe mode is on.

    Args:
        path: a pretrained model's name (see `zoo list`), a `.keras` file or a folder that has a `model.keras`.

    Returns:
        The model, compiled if it was when it was saved: `fit` goes on from there.

    Raises:
        InputError: there is no such file, or it isn't a whole `.keras` file of a zoo model.

    Example:
        >>> load("nowhere.keras")
        Traceback (most recent call last):
        zoo.errors.InputError: path is nowhere.keras, but there is no such file...
    """
    from zoo.export.digests import check_digest
    from zoo.keras_file import load_keras

    path = locate(path)
    file = path / "model.keras" if path.is_dir() else path
    if not path.exists() and not path.suffix and len(path.parts) == 1:
        near = difflib.get_close_matches(str(path), pretrained(), n=1, cutoff=0.4)
        hint = f"Did you mean {near[0]!r}? " if near else ""
        raise InputError(
            f"path is {path}, but there is no such file or pretrained model. {hint}Give a name of `zoo list`."
        )
    if file.is_file() and file.suffix != ".keras":
        raise InputError(
            f"path is {path}, but `load` takes a .keras file or a run's folder: train or sample with those."
        )
    if FOLDER in file.resolve().parents:
        # A run's model moves on after an export; a pretrained one doesn't.
        check_digest(file)
        with warnings.catch_warnings():
            # Its optimizer was saved without its moments, which would be two thirds of the file.
            warnings.filterwarnings("ignore", "Skipping variable loading for optimizer")
            return load_keras(file)
    return load_keras(file)
