"""The card of a run: what was trained on what, and how. It is there before the run is."""

import functools
import json
import platform
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Annotated, Any, Literal

import keras
import msgspec
import numpy as np

from zoo.catalogue import build, takes
from zoo.data import named
from zoo.data.few_labels import few_labels
from zoo.data.fingerprint import Fingerprint, check_same, row_digests
from zoo.data.labels import check_labels, classes_of
from zoo.data.picture import MISSING
from zoo.data.pipeline import BINARIZATIONS, check_binarization, default_binarization
from zoo.data.pixels import UNIT, check_range, extent
from zoo.data.splits import at_random, by_hash
from zoo.data.table import Column
from zoo.errors import InputError
from zoo.files.foreign import reading
from zoo.files.saving import read_json, write_json
from zoo.fitting.ex_post import has_plain_prior
from zoo.fitting.linear_start import check_linear_start
from zoo.runs.settings import SETTINGS, VERSION, Settings, checked, of_before

Count = Annotated[int, msgspec.Meta(ge=1)]
NotNegative = Annotated[int, msgspec.Meta(ge=0)]


class Data(msgspec.Struct, frozen=True, kw_only=True):
    """What a run is trained on: a card's `data`."""

    name: str  #: of a data set, or a path: an absolute one, since version 2
    image_size: tuple[Count, Count]  #: (height, width) that a folder's images are brought to
    channels: Literal[1, 3] | None  #: that they are brought to; None for what the first image has
    ground: str | None  #: what they lie on where they are transparent; None before version 2
    binarization: Literal[BINARIZATIONS]
    fingerprint: Fingerprint | None  #: None before version 2, until it is trained on
    pixels: Literal["bool", "uint8", "uint16", "float32"] | None  #: what the numbers mean; None to find out
    range: tuple[float, float] | None  #: that the model's pixels lie in; None for any
    seen: tuple[float, float] | None  #: the smallest and the largest pixel to train on, where the range is None
    classes: Count | None  #: how many labels there are; None where there are none, or they don't count from 0
    labels: str | None  #: the absolute path of a CSV with a folder's labels; None before version 5
    label_names: tuple[str, ...] | None  #: what the labels stand for, from 0; None where they are these numbers
    columns: tuple[Column, ...] | None = None  #: of a table, what each is
    missing: bool = False  #: whether NaN stands for what is missing, by the model

    def load(self, version=VERSION, say=lambda line: None):
        """This, with what was found of the data, and the `Splits`, divided as in a card of that version.

        Args:
            version: of the card.
            say: a function that is given a line about what of the data is passed over.
        """
        splits = named.load(
            self.name,
            self.image_size,
            self.channels,
            at_random if version == 1 else by_hash,
            self.pixels,
            self.ground,
            say,
            self.labels,
        )
        found = msgspec.structs.replace(
            self,
            fingerprint=splits.fingerprint,
            classes=classes_of([split.labels for split in splits]),
            label_names=splits.label_names,
            columns=splits.columns,
        )
        if version == 1:
            return found._of_any_range(splits), splits
        return msgspec.structs.replace(found, pixels=str(splits.train.images.dtype)), splits

    def _of_any_range(self, splits):
        """This, without a range where floats are beyond [0, 1]: before there were ranges, any numbers were taken."""
        images = splits.train.images
        low, high = extent(images, f"data {self.name}") if images.dtype == "float32" else UNIT
        if UNIT[0] <= low and high <= UNIT[1]:
            return self
        return msgspec.structs.replace(self, range=None, seen=(low, high))

    def in_range(self, splits):
        """The splits, whose images are float32 as the model sees them.

        Raises:
            InputError: some are beyond its range.
        """
        for part in ("train", "validation", "test"):
            images = getattr(splits, part).images
            if images.dtype == "float32":
                check_range(images, self.range, f"data {self.name} ({part})", self.missing)
        return splits.in_range(self.range)


class Card(Settings, frozen=True, kw_only=True):
    """A `card.json`: the settings, and the rest. All keys are there from the beginning; null is what isn't known."""

    version: int
    model: str
    arguments: dict[str, Any]
    data: Data
    fitted_prior: str | None
    epochs: NotNegative
    limit: NotNegative | None  #: of the epochs that were asked for; None before version 4
    anew: NotNegative  #: the epoch after which patience counts: it had come to an end there, and more were given
    prior: dict[str, Any] | None  #: of `fit_prior`: after how many epochs it was fitted, and what it gains
    test_in_train: NotNegative | None  #: how many test images are trained on too; None before version 2
    versions: dict[str, str] | None
    scores: dict[str, Any] | None
    export: dict[str, Any] | None
    training_images: NotNegative | None = None  #: how many are in the model's files as they are; None if not known

    @property
    def settings(self):
        """The settings alone, a dict."""
        return {name: getattr(self, name) for name in SETTINGS}

    def build(self):
        """The model, with its first weights."""
        arguments = self.arguments
        if self.free_bits is None:
            return build(self.model, **arguments)
        if "objective.free_bits" in arguments:
            raise InputError("free_bits is given as a setting and as objective.free_bits: leave one of them out.")
        try:
            return build(self.model, **arguments, **{"objective.free_bits": self.free_bits})
        except InputError as error:
            if "objective.free_bits" not in str(error):
                raise
            raise InputError(
                f"free_bits is for an objective with a KL term apart, elbo or beta_elbo: {error}"
            ) from None


#: What makes two runs the same run. More epochs of the same are a continuation, and so are data in another place.
IDENTITY = ("version", "model", "arguments", "data", "fitted_prior", *SETTINGS)
#: What of a card's data says how a folder's images are read, and of other data nothing.
OF_FOLDERS = {"image_size", "channels", "ground", "labels"}
#: What held before version 4, when a card didn't know how many epochs had been asked for.
BEFORE_LIMITS = {"limit": None, "anew": 0, "prior": None}
#: What held for runs when their cards had no version, where they don't say. The settings say it of themselves.
BEFORE = {
    "version": 1,
    "fitted_prior": None,
    **BEFORE_LIMITS,
    "test_in_train": None,
    "versions": None,
    "scores": None,
    "export": None,
}
BEFORE_LABELS = {"labels": None, "label_names": None}
BEFORE_DATA = {
    "ground": None,
    "fingerprint": None,
    "pixels": "uint8",
    "range": UNIT,
    "seen": None,
    "classes": None,
    **BEFORE_LABELS,
}
#: The arguments of models in which 0 stood for none, before version 3.
WERE_ZERO = ("steps", "components")


def asked_data(data, version=VERSION):
    """The `Data` that are asked for, as yet unread: with what is left open as it is in a card of that version."""
    return msgspec.convert(_completed(data, version), Data)


def open_data(data, version=VERSION, say=lambda line: None):
    """What a run is to be trained on: a `Data`, and the `Splits` of pixels as they lie.

    Args:
        data, version, say: of `describe`.

    Raises:
        InputError: it isn't there, can't be read, or is no set of images.
    """
    return asked_data(data, version).load(version, say)


def describe(model, arguments, data, binarization=None, version=VERSION, say=lambda line: None, **settings):
    """The card of a run to be, and its data set, once all of it has been looked at but for `start_from`.

    Args:
        model: a name of the catalogue.
        arguments: what the model is built with, but for the image shape.
        data: a dict of `name` (of a data set, or a path); for a folder of `image_size`, `channels` and `ground` too,
            where they aren't to be 64x64, those of the first picture, and white, and of `labels`, the path of a CSV.
            Or what `open_data` has made of it.
        binarization: None for what suits the likelihood.
        version: what held when the run was begun, of `format_of`.
        say: a function that is given a line about what of the data is passed over.
        **settings: of `zoo.runs.settings.Settings`.

    Returns:
        A `Card` and a `zoo.data.splits.Splits`.

    Raises:
        InputError: something in it can't be, or the data don't fit the model.
    """
    settings = checked(**settings)
    begun = [name for name in ("start_at_mean", "start_from", "linear_start") if getattr(settings, name)]
    if len(begun) > 1:
        raise InputError(f"{begun[0]} and {begun[1]} both say where training begins: leave one of them out.")
    if settings.decay and settings.plateau:
        raise InputError("decay and plateau both move the learning rate: leave one of them out.")
    data, splits = open_data(data, version, say) if isinstance(data, Mapping) else data
    told = told_labels(splits, settings)
    arguments = _with_labels(model, arguments, data, splits, told, say)
    arguments = _with_columns(model, arguments, data, say)
    card = Card(
        version=version,
        model=model,
        arguments=_arguments_of(version, _read_again(arguments | {"image_shape": list(splits.image_shape)})),
        data=data,
        fitted_prior=None,
        epochs=0,
        limit=None,
        anew=0,
        prior=None,
        test_in_train=splits.test_in_train(),
        versions=None,
        scores=None,
        export=None,
        **msgspec.structs.asdict(settings) | {"start_from": absolute(settings.start_from)},
    )
    built = card.build()
    _check_fits(card, built)
    if version == 1 and data.range is None:
        built.take_any_range()
    data, splits = _as_seen(built, data, splits)
    binarization = binarization or default_binarization(splits.train.images, getattr(built, "likelihood", None))
    check_binarization(binarization)
    if card.test_in_train:
        say(f"{card.test_in_train} of the {len(splits.test.images)} test images are among the training images.")
    if built.training_images:
        say(
            f"{built.training_images} training images will be in the model's files as they are, for anybody to look at."
        )
    data = msgspec.structs.replace(data, binarization=binarization)
    return msgspec.structs.replace(card, data=data, training_images=built.training_images), splits


def _check_fits(card, model):
    """Raises `InputError` where a setting is for models of another kind, or the objective's arguments can't be."""
    if card.start_at_mean and not model.abilities.has_likelihood:
        raise InputError(f"start_at_mean is for models with a likelihood, and {card.model} has none: leave it out.")
    if card.linear_start:
        check_linear_start(model)
    if card.fit_prior and not has_plain_prior(model):
        raise InputError(f"fit_prior is for models whose prior is N(0, I), and {card.model} has another: leave it out.")
    if card.warm_up and not model.abilities.has_density:
        raise InputError(f"warm_up is for models with a KL term, and {card.model} has none: leave it out.")
    if model.abilities.has_density and isinstance(model.objective, functools.partial):
        model.loss_and_terms(np.zeros([1, *model.image_shape], "float32"))


def _arguments_of(version, arguments):
    """A model's arguments, as they are called now."""
    none = {name: None for name in WERE_ZERO if version < 3 and arguments.get(name) == 0}
    return arguments | none


def told_labels(splits, settings):
    """The labels of the training images that training is told, integers `[N]`; None where the data have none.

    Args:
        splits: a `zoo.data.splits.Splits`.
        settings: `Settings`, or a `Card`.

    Raises:
        InputError: so few are to be told, and the data have none or others.
    """
    labels = splits.train.labels
    if settings.labelled is None:
        return labels
    if labels is None:
        raise InputError(f"labelled is {settings.labelled}, but the data have no labels: leave it out.")
    # The same images whatever the range that a model sees them in.
    images = getattr(splits.train.images, "as_they_lie", splits.train.images)
    return few_labels(labels, settings.labelled, row_digests(images), settings.seed)


def _with_labels(model, arguments, data, splits, told, say):
    """The arguments of a model that takes labels, with what the data say of them: how many, and how many are told."""
    if not takes(model, "labels"):
        return arguments
    if "labels" not in arguments and data.classes is None:
        raise InputError(
            f"{model} takes labels, and data {data.name} has none that count from 0: give a set that has, or "
            "--set labels=10 for a model of ten that is trained on images alone."
        )
    arguments = {"labels": data.classes} | arguments
    for part in ("train", "validation", "test"):
        if getattr(splits, part).labels is not None:
            check_labels(getattr(splits, part).labels, f"data {data.name} ({part})", arguments["labels"])
    if data.label_names:
        some = ", ".join(f"{number} {name}" for number, name in enumerate(data.label_names[:20]))
        say(f"The labels are {some}{', ...' if len(data.label_names) > 20 else ''}.")
    known = 0 if told is None else int(np.sum(np.asarray(told) >= 0))
    if takes(model, "labelled_share") and known:
        say(f"{known} of {len(told)} training images have a label.")
        arguments = {"labelled_share": known / len(told)} | arguments
    return arguments


def _with_columns(model, arguments, data, say):
    """The arguments of a model of tables, with what the data say of their columns."""
    if data.columns is None:
        return arguments
    if not takes(model, "kinds"):
        raise InputError(f"data {data.name} is a table, and {model} is for images: table_vae is for tables.")
    say(f"The columns are {', '.join(column.in_words for column in data.columns)}.")
    return {"kinds": [column.of_model for column in data.columns]} | arguments


def _completed(data, version):
    """A card's `data` entry: with all that a folder's pictures are brought to, where it was left open."""
    given = {key: value for key, value in data.items() if key != "name" and value is not None}
    name = data["name"]
    if version > 1 and given and (name in named.NAMES or Path(name).is_file()):
        raise InputError(f"{' and '.join(given)} is for folders of pictures, and data is {name}: leave it out.")
    if version == 1 and "ground" in given:
        raise InputError("ground is given, but the run was begun before there was one: leave it out.")
    if "labels" in given:
        given["labels"] = absolute(given["labels"])
    opened = BEFORE_DATA | {"name": named.absolute(name), "image_size": (64, 64), "channels": None}
    if version > 1:
        opened |= {"ground": "white", "pixels": None}
    return opened | given | {"binarization": "none"}


def _as_seen(model, data, splits):
    """The data with the model's range, and the splits, whose images are as it sees them and such as it takes."""
    data = msgspec.structs.replace(data, range=model.range, missing=model.takes_missing)
    if data.ground == MISSING and data.range not in (UNIT, None):
        raise InputError(f"range is {data.range}, but with --alpha missing pictures lie in [0, 1]: leave it out.")
    splits = data.in_range(splits)
    if model.range is None:
        data = msgspec.structs.replace(data, seen=extent(splits.train.images, f"data {data.name}", data.missing))
    if data.pixels not in ("bool", "uint8"):
        for images in (split.images for split in splits):
            for start in range(0, len(images), 1000):
                model.check_values(np.asarray(images[start : start + 1000]), f"data {data.name}")
    return data, splits


def _read_again(arguments):
    """The arguments as the card will have them when it is read again: a tuple is a list there."""
    try:
        return json.loads(json.dumps(arguments))
    except TypeError as error:
        raise InputError(
            f"arguments are {arguments}, but must be numbers, strings and lists of them: {error}."
        ) from error


def absolute(path):
    """The absolute path of what is there; a pretrained model's name, say, and None as they are."""
    return str(Path(path).resolve()) if path and Path(path).exists() else path


def read_card(path):
    """The `Card` in a `card.json`.

    One of before there were versions is read with what held then. Since, what has no value is missing.

    Raises:
        InputError: it was altered, and isn't a run's any more; or it is of a newer zoo.
    """
    content = read_json(path)
    version = content.get("version", 1)
    if version not in range(1, VERSION + 1):
        raise InputError(f"{path} is of version {version!r}, but this zoo reads those up to {VERSION}. Update it.")
    with reading(path, "the card of a run"):
        if version == 1:
            content = BEFORE | content
            content["data"] = BEFORE_DATA | content["data"]
        elif version < 4:
            content = BEFORE_LIMITS | content
            content["data"] = ({"classes": None} if version < 3 else {}) | content["data"]
        if version < 5:
            content["data"] = BEFORE_LABELS | content["data"]
        card = msgspec.convert(of_before(content, version), Card)
    # An empty name stood for none once, and so did 0.
    arguments = _arguments_of(version, card.arguments)
    return msgspec.structs.replace(card, arguments=arguments, fitted_prior=card.fitted_prior or None)


def write_card(path, **entries):
    """Writes entries of a card into a `card.json`; whatever else is in there stays.

    Returns:
        The `Card`.
    """
    before = read_json(path) if Path(path).is_file() else {}
    write_json(path, before | msgspec.to_builtins(entries))
    return read_card(path)


def begun(folder):
    """The card of the run that is in a folder, if it is one that can be gone on with; else None."""
    folder = Path(folder)
    trained = (folder / "state.keras").is_file() or (folder / "model.keras").is_file()
    return read_card(folder / "card.json") if trained and (folder / "card.json").is_file() else None


def format_of(folder):
    """The version of the run that is in a folder, if it is one that can be gone on with; the newest otherwise."""
    card = begun(folder)
    return card.version if card else VERSION


def check_same_run(was, asked, folder, changed_data=False):
    """Raises `InputError` unless the run in a folder is the one that is asked for.

    Args:
        was, asked: `Card`s.
        folder: the run's.
        changed_data: whether the run may go on with other data than it had.
    """
    folder_of_images = asked.data.name not in named.NAMES and Path(asked.data.name).is_dir()
    was_identity, asked_identity = (_identity(card, folder_of_images) for card in (was, asked))
    for key in IDENTITY:
        if was_identity[key] != asked_identity[key]:
            now = [getattr(card, key) for card in (was, asked)] if key in SETTINGS else None
            before, after = now or differing(was_identity[key], asked_identity[key])
            raise InputError(
                f"{folder} has another run in it, with {key} {before}, not {after}. Give another folder with --out."
            )
    if not changed_data:
        check_same_data(was.data, asked.data, folder)


def _identity(card, folder_of_images):
    """What makes two runs the same run, but for which data: these may be in another place now.

    Their range follows from the arguments.
    """
    data = msgspec.structs.asdict(card.data)
    # What labels there are is in the fingerprint.
    apart = {"name", "fingerprint", "range", "seen", "classes", "missing", "columns", *BEFORE_LABELS} | (
        set() if folder_of_images else OF_FOLDERS
    )
    # Where another value is a continuation, that there is one at all is the run's own.
    whether = {s.name: getattr(card, s.name) is not None for s in SETTINGS.values() if not s.identity}
    return msgspec.structs.asdict(card) | {
        "data": {name: value for name, value in data.items() if name not in apart},
        "start_from": absolute(card.start_from),
        **whether,
    }


def check_same_data(was, now, folder):
    """Raises `InputError` unless data are the run's own: by the fingerprint, or where it has none by their place.

    Args:
        was, now: `Data`: the card's, and of what was read now.
        folder: the run's.
    """
    if was.fingerprint is not None:
        check_same(was, now, folder)
    elif named.locate(was.name, folder) not in (None, now.name):
        raise InputError(
            f"{folder} has another run in it, of data {was.name}, not {now.name}. --changed-data goes on with these, "
            "and --out begins another run."
        )


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
