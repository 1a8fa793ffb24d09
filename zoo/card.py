"""The card of a run: what was trained on what, and how. It is there before the run is."""

import json
import platform
from importlib import metadata
from pathlib import Path

import keras

from zoo.catalogue import build
from zoo.data import named
from zoo.data.pipeline import check_binarization, default_binarization
from zoo.data.splits import at_random, by_hash
from zoo.errors import InputError
from zoo.saving import read_json

#: The format of a card, and of what it stands for: cards without a version are of before there were any.
VERSION = 2
#: What divided a data set of one piece.
RULES = {1: at_random, 2: by_hash}
#: What makes two runs the same run, and of what kind it is. More epochs of the same are a continuation.
IDENTITY = {
    "version": int,
    "model": str,
    "arguments": dict,
    "data": dict,
    "batch_size": int,
    "learning_rate": float,
    "seed": int,
    "precision": str,
    "jit": bool,
    "decay": int,
    "clip_norm": float,
    "start_at_mean": bool,
    "start_from": str,
    "fitted_prior": str,
}
CARD = IDENTITY | {"epochs": int}
#: What runs had none of when their cards didn't have it yet.
BEFORE = {"version": 1, "decay": 0, "clip_norm": 0.0, "start_at_mean": False, "start_from": "", "fitted_prior": ""}


def describe(
    model,
    arguments,
    data,
    batch_size=64,
    learning_rate=1e-3,
    seed=0,
    precision="float32",
    jit=False,
    binarization=None,
    decay=0,
    clip_norm=0.0,
    start_at_mean=False,
    start_from="",
    version=VERSION,
):
    """The card of a run to be, and its data set, once all of it has been looked at but for `start_from`.

    Args:
        model: a name of the catalogue.
        arguments: what the model is built with, but for the image shape.
        data: a dict of `name` (of a data set, or a path), `image_size` and `channels`.
        batch_size, learning_rate, seed, precision, jit: of training.
        binarization: None for what suits the likelihood.
        decay: the epoch by whose end the learning rate has fallen to zero along half a cosine; 0 for a constant one.
        clip_norm: gradients whose norm over all weights is larger are scaled down to it; 0 for none.
        start_at_mean: whether the decoder begins at the mean of the training images.
        start_from: the folder of a run, or a pretrained model's name, whose weights it begins with; "" for new ones.
        version: what held when the run was begun, of `format_of`.

    Raises:
        InputError: something in it can't be, or the data don't fit the model.
    """
    _check_training(batch_size, learning_rate, clip_norm, start_at_mean, start_from)
    splits = load_data(data, version)
    arguments = arguments | {"image_shape": list(splits.image_shape)}
    built = build(model, **arguments)
    if start_at_mean and not hasattr(built, "likelihood"):
        raise InputError(f"start_at_mean is for models with a likelihood, and {model} has none: leave it out.")
    images = splits.train.images
    binarization = binarization or default_binarization(images, getattr(built, "likelihood", None))
    check_binarization(binarization)
    if images.dtype != "uint8":
        for start in range(0, len(images), 10000):
            built.check_values(images[start : start + 10000], f"data {data['name']}")
    card = {
        "version": version,
        "model": model,
        "arguments": _read_again(arguments),
        "data": data | {"binarization": binarization},
        "batch_size": batch_size,
        "learning_rate": float(learning_rate),
        "seed": seed,
        "precision": precision,
        "jit": jit,
        "decay": decay,
        "clip_norm": float(clip_norm),
        "start_at_mean": start_at_mean,
        "start_from": str(start_from),
        "fitted_prior": "",
        "epochs": 0,
    }
    return card, splits


def _check_training(batch_size, learning_rate, clip_norm, start_at_mean, start_from):
    if batch_size < 1:
        raise InputError(f"batch_size is {batch_size}, but must be at least 1.")
    if not 0 < learning_rate < float("inf"):
        raise InputError(f"learning_rate is {learning_rate}, but must be a positive number.")
    if not 0 <= clip_norm < float("inf"):
        raise InputError(f"clip_norm is {clip_norm}, but must be a positive number, or 0 for no clipping.")
    if start_at_mean and start_from:
        raise InputError("start_at_mean and start_from both say where training begins: leave one of them out.")


def _read_again(arguments):
    """The arguments as the card will have them when it is read again: a tuple is a list there."""
    try:
        return json.loads(json.dumps(arguments))
    except TypeError as error:
        raise InputError(
            f"arguments are {arguments}, but must be numbers, strings and lists of them: {error}."
        ) from error


def read_card(path):
    """The content of a `card.json`.

    Raises:
        InputError: it was altered, and isn't a run's any more.
    """
    content = read_json(path)
    # What has a version has all of its keys.
    card = content if "version" in content else BEFORE | content
    if card["version"] not in RULES:
        raise InputError(f"{path} is of version {card['version']!r}, but this zoo reads up to {VERSION}: update it.")
    # Not every run has been judged or exported.
    later = {key: dict for key in ("scores", "export") if key in card}
    for key, kind in (CARD | later).items():
        if not isinstance(card.get(key), kind):
            raise InputError(f"{path} has no {key!r} as it should be: it was altered. Restore it.")
    missing = {"name", "image_size", "channels", "binarization"} - card["data"].keys()
    if missing:
        raise InputError(f"{path} has no {min(missing)!r} in its data: it was altered. Restore it.")
    return card


def format_of(folder):
    """The version of the run that is in a folder, if it is one that can be gone on with; the newest otherwise."""
    folder = Path(folder)
    begun = (folder / "card.json").is_file() and (folder / "model.keras").is_file()
    return read_card(folder / "card.json")["version"] if begun else VERSION


def load_data(data, version=VERSION):
    """The data set that a card's `data` entry describes, divided as a card of that version has it."""
    return named.load(data["name"], tuple(data["image_size"]), data["channels"], RULES[version])


def differing(a, b):
    """What differs between two values: of dicts only those entries.

    Example:
        >>> differing({"units": [3], "latent_dim": 2}, {"units": [3], "latent_dim": 4})
        ({'latent_dim': 2}, {'latent_dim': 4})
    """
    if not (isinstance(a, dict) and isinstance(b, dict)):
        return a, b
    names = [name for name in {**a, **b} if a.get(name) != b.get(name)]
    return {n: a.get(n) for n in names}, {n: b.get(n) for n in names}


def versions():
    """The versions of what a figure may depend on."""
    packages = ("vae-zoo", "keras", "tensorflow", "tensorflow-probability", "numpy")
    return {
        "python": platform.python_version(),
        "backend": keras.backend.backend(),
        **{package: metadata.version(package) for package in packages},
    }
