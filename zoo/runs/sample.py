"""Samples from a model in whichever form it is there: a run, a `.keras` file, a SavedModel or a `.tflite`."""

import warnings

import msgspec
import numpy as np

from zoo.abilities import require
from zoo.data.pixels import UNIT
from zoo.data.table import Column
from zoo.errors import InputError
from zoo.export.interpreter import TFLITE, open_tflite
from zoo.files.foreign import reading
from zoo.files.saving import read_json
from zoo.loading import locate
from zoo.random.keys import key
from zoo.serving.errors import ServingError
from zoo.serving.worker import opened


def sample_from(
    path, n, seed, pixels=False, label=None, timeout=60.0, memory=4 * 2**30, start=lambda: None, say=warnings.warn
):
    """Draws n images, the same from every form of a model.

    Args:
        path: a pretrained model's name, a run's folder, a `.keras` file, a SavedModel's folder (or that of its
            versions) or a `.tflite`.
        n: how many.
        seed: an int.
        pixels: whether to draw the pixels too, instead of giving their means.
        label: of all of them, a whole number, for a model that takes labels; None for what the model draws.
        timeout, memory: how many seconds and bytes a SavedModel may take that this user didn't export
            (`zoo.serving.worker.Worker`).
        start: called before Keras or TensorFlow is imported here, which a `.tflite` needs neither of.
        say: a function that is given a line about a file that can't be verified.

    Returns:
        float32 `[n, height, width, channels]`, in the model's range; of a table's model rows `[n, D]`.

    Raises:
        InputError: there is nothing there to sample from, or nothing of that label, or it is damaged.

    Example:
        >>> sample_from("nowhere.tflite", n=1, seed=7)
        Traceback (most recent call last):
        zoo.errors.InputError: path is nowhere.tflite, but there is no such file or folder...
    """
    path = locate(path)
    if pixels and label is not None:
        raise InputError("pixels are drawn without a label, and a label is given: leave one of them out.")
    name = "sample_pixels" if pixels else "sample" if label is None else "sample_label"
    if not path.exists():
        raise InputError(
            f"path is {path}, but there is no such file or folder. Give a pretrained model's name, a run, a .keras, "
            "a SavedModel or a .tflite."
        )
    _check_label(path, label)
    asked = {"n": np.int32(n)} if label is None else {"label": np.full(n, label, "int32")}
    if path.suffix == ".tflite":
        return _from_tflite(path, name, {"seed": key(seed)} | asked, say)
    if path.is_file() or (path / "card.json").is_file():
        start()
        return _from_keras(path, name, *asked.values(), seed)
    return _from_saved_model(path, name, n, {"seed": key(seed)} | asked, timeout, memory)


def shown_by(path, images):
    """The pixels that are shown as black and as white, by the card that a model's files lie beside.

    Args:
        path: as for `sample_from`.
        images: what it drew: of files without a card it is their own smallest and largest pixel, if some are beyond
            [0, 1].

    Returns:
        (low, high).

    Example:
        >>> shown_by("alone.tflite", np.array([-3.0, 5.0]))
        (-3.0, 5.0)
    """
    data = _card_beside(path).get("data")
    if data is not None:
        return tuple(data.get("range") or data.get("seen") or UNIT)
    low, high = float(np.min(images)), float(np.max(images))
    return UNIT if low >= UNIT[0] and high <= UNIT[1] else (low, high)


def columns_of(path):
    """The columns of the table that a model was trained on, by the card that its files lie beside.

    Args:
        path: as for `sample_from`.

    Returns:
        A tuple of `zoo.data.table.Column`; None where it wasn't a table.

    Example:
        >>> columns_of("alone.tflite") is None
        True
    """
    found = _card_beside(path).get("data", {}).get("columns")
    with reading(path, "the card of a run"):
        return msgspec.convert(found, tuple[Column, ...]) if found else None


def _card_beside(path):
    """The content of the card that a model's files lie beside; nothing where there is none."""
    path = locate(path)
    for folder in [path, *path.absolute().parents][:4]:
        if (folder / "card.json").is_file():
            return read_json(folder / "card.json")
    return {}


def _check_label(path, label):
    """Raises `InputError` where a label is none of those that the card says there are: a file can't say so itself."""
    arguments = _card_beside(path).get("arguments", {})
    labels = next((arguments[name] for name in ("labels", "clusters") if arguments.get(name)), None)
    if label is not None and labels is not None and not 0 <= label < labels:
        raise InputError(f"label is {label}, but {path} has the labels 0 to {labels - 1}.")


def _from_keras(path, name, asked, seed):
    from zoo.loading import load

    model = load(path)
    require(model, "samples", "a sample")
    if name == "sample_label":
        require(model, "samples_labels", "a sample of a label")
    return np.asarray(getattr(model, name)(asked, seed))


def _from_saved_model(path, name, n, asked, timeout, memory):
    from zoo.serving.versions import version_number

    if not (path / "saved_model.pb").is_file():
        # As TensorFlow Serving does: the highest of the version folders.
        parent = path / "saved_model" if (path / "saved_model").is_dir() else path
        numbers = {p: version_number(p.name) for p in parent.iterdir() if (p / "saved_model.pb").is_file()}
        versions = [p for p, number in numbers.items() if number is not None]
        if not versions:
            raise InputError(f"path is {path}, which has neither a run nor a SavedModel in it.")
        path = max(versions, key=numbers.get)
    model = opened(path, memory)
    try:
        if name not in model.names:
            raise InputError(f"{path} has no signature {name}; it has {', '.join(model.names)}.")
        image = model.run(name, asked, timeout)["image"]
    except (ServingError, KeyError) as error:
        raise InputError(f"{path} can't be sampled from: {error}") from error
    finally:
        model.close()
    if image.dtype != np.float32 or image.ndim not in (2, 4) or len(image) != n or not np.isfinite(image).all():
        raise InputError(f"{path} gives {image.dtype} {list(image.shape)} as images, or numbers that aren't finite.")
    return image


def _from_tflite(path, name, asked, say):
    interpreter = open_tflite(path, say)
    with reading(path, TFLITE):
        names = interpreter.get_signature_list()
        if name not in names:
            raise InputError(f"{path} has no signature {name}; it has {', '.join(names)}.")
        return interpreter.get_signature_runner(name)(**asked)["image"]
