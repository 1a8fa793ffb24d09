"""The settings of training: one entry each, which the command line, the card, the tables and the docs are made of.

To add one takes an entry in `Settings`, a use and a test. Give it `since` = `VERSION` + 1, the next version of cards.
Older cards lack it, and are read with its `before`.
"""

import difflib
import math
import shlex
import types
from typing import Annotated, Any, Literal, NamedTuple, get_args, get_type_hints

import msgspec
from msgspec import Meta

from zoo.errors import InputError

OPTIMIZERS = ("adam", "adamax", "adamw", "nadam", "adagrad", "adadelta", "rmsprop", "sgd", "lion")


def _entry(kind, description, since=1, ge=None, gt=None, lt=None, **extra):
    return Annotated[kind, Meta(ge=ge, gt=gt, lt=lt, description=description, extra={"since": since, **extra})]


def _optional(*args, **kwargs):
    return _entry(*args, **kwargs) | None


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """How a model is trained; None is for what isn't done.

    Each entry has a type, a description, limits and a default. Besides these there are

    - since: the version of cards that it came with;
    - before: what held until then, where that isn't the default;
    - identity: False where a run may go on with another value, as it may with more epochs;
    - flag: True where the command line takes no number, which is that of all epochs;
    - chosen: True where `zoo train` has the data choose (`zoo.runs.choices`) what isn't given.
    """

    batch_size: _entry(int, "Images of a step.", ge=1, chosen=True) = 64
    optimizer: _entry(Literal[OPTIMIZERS], "Keras's optimizer of that name.", since=3) = "adam"
    learning_rate: _entry(float, "The size of the optimizer's steps.", gt=0, chosen=True) = 1e-3
    decay: _optional(
        int, "Let the learning rate fall to zero over the epochs, along half a cosine.", since=2, ge=1, flag=True
    ) = None
    clip_norm: _optional(
        float, "Scale down gradients whose norm over all weights is larger.", since=2, gt=0, chosen=True
    ) = None
    ema: _optional(
        float,
        "Deliver the weights' exponential moving average over the steps, with this momentum.",
        since=3,
        gt=0,
        lt=1,
        chosen=True,
    ) = None
    warm_up: _optional(int, "Let the KL term's weight grow from 0 to 1 over so many epochs.", since=3, ge=1) = None
    free_bits: _optional(
        float, "Let each latent dimension have so many nats of KL for nothing, in the batch's mean.", since=3, gt=0
    ) = None
    patience: _optional(
        int,
        "Stop when the validation loss hasn't fallen for so many epochs, and deliver the best epoch's weights.",
        since=3,
        ge=1,
        identity=False,
        chosen=True,
    ) = None
    plateau: _optional(
        int,
        "Cut the learning rate to three tenths when the validation loss hasn't fallen for so many epochs.",
        since=4,
        ge=1,
        chosen=True,
    ) = None
    linear_start: _entry(bool, "Begin as factor analysis of the training images.", since=4, chosen=True) = False
    fit_prior: _entry(
        bool,
        "End by fitting a mixture of Gaussians to the codes, and deliver it as the prior where it wins.",
        since=4,
        chosen=True,
    ) = False
    start_at_mean: _entry(bool, "Let the decoder begin at the mean of the training images.", since=2) = False
    start_from: (
        _entry(str, "Begin with the weights of another run, or of a pretrained model, with the same networks.", since=2)
        | None
    ) = None
    labelled: _optional(
        int, "Tell it the labels of only so many training images, as many of each, chosen by the seed.", since=5, ge=1
    ) = None
    seed: _entry(int, "The seed of the first weights, of the order of the images and of all noise.", ge=0) = 0
    precision: _entry(Literal["float32", "bfloat16"], "What the networks compute in.") = "float32"
    jit: _entry(bool, "Compile with XLA (JAX always does).") = False


class Setting(NamedTuple):
    """One entry of `Settings`, taken apart."""

    name: str
    type: type  #: int, float, str or bool
    choices: tuple | None  #: of a str
    optional: bool  #: whether it may be None
    default: Any
    help: str
    limits: str  #: in words, as "above 0"; "" where there are none
    annotation: Any  #: all that msgspec checks
    since: int
    before: Any
    identity: bool = True
    flag: bool = False
    chosen: bool = False

    @property
    def option(self):
        """Its name on the command line.

        Example:
            >>> SETTINGS["batch_size"].option
            '--batch-size'
        """
        return "--" + self.name.replace("_", "-")

    @property
    def kind(self):
        """What it may be, in words.

        Example:
            >>> SETTINGS["ema"].kind
            'a number above 0 and below 1, or None'
        """
        if self.choices:
            words = "one of " + ", ".join(self.choices)
        else:
            words = {int: "a whole number", float: "a number", str: "a name", bool: "True or False"}[self.type]
        return words + f" {self.limits}" * bool(self.limits) + ", or None" * self.optional

    def check(self, value):
        """The value.

        Raises:
            InputError: it is none that the setting may have.

        Example:
            >>> SETTINGS["batch_size"].check(0)
            Traceback (most recent call last):
            zoo.errors.InputError: batch_size is 0, but must be a whole number of at least 1.
        """
        try:
            value = msgspec.convert(value, self.annotation)
            if isinstance(value, float) and not math.isfinite(value):
                raise ValueError
        except ValueError as error:
            raise InputError(f"{self.name} is {value!r}, but must be {self.kind}.") from error
        return value


def _described(name, annotation, default):
    optional = types.NoneType in get_args(annotation)
    hint, meta = get_args(get_args(annotation)[0] if optional else annotation)
    choices = get_args(hint) or None
    bounds = {"at least": meta.ge, "above": meta.gt, "below": meta.lt}
    limits = " and ".join(f"{words} {bound:g}" for words, bound in bounds.items() if bound is not None)
    limits = f"of {limits}" if limits.startswith("at least") else limits
    extra = {"before": default} | meta.extra
    kind = str if choices else hint
    return Setting(name, kind, choices, optional, default, meta.description, limits, annotation, **extra)


#: Each entry of `Settings`, by its name.
SETTINGS = {
    name: _described(name, annotation, default)
    for (name, annotation), default in zip(
        get_type_hints(Settings, include_extras=True).items(), Settings.__struct_defaults__, strict=True
    )
}
#: The format of a card, and of what it stands for: cards without a version are of before there were any.
VERSION = max(setting.since for setting in SETTINGS.values())


def checked(**values):
    """The `Settings` of these values, and else of the defaults.

    Raises:
        InputError: a name or a value that isn't known.

    Example:
        >>> checked(ema=0.99).ema
        0.99
        >>> checked(learning_rte=1.0)
        Traceback (most recent call last):
        zoo.errors.InputError: there is no setting 'learning_rte'. Did you mean 'learning_rate'? The settings are ...
    """
    for name in values:
        if name not in SETTINGS:
            near = difflib.get_close_matches(name, SETTINGS, n=1)
            hint = f"Did you mean {near[0]!r}? " if near else ""
            raise InputError(f"there is no setting {name!r}. {hint}The settings are {', '.join(SETTINGS)}.")
    return Settings(**{name: SETTINGS[name].check(value) for name, value in values.items()})


def options(values):
    """What `zoo train` is given for these values, as one string: the settings in their order, without what isn't done.

    What the data would choose is said to be left out.

    Example:
        >>> options({"seed": 0, "learning_rate": 1e-3, "decay": 50, "ema": None, "start_at_mean": True})
        '--learning-rate 0.001 --decay --start-at-mean --seed 0'
    """
    words = []
    for setting in SETTINGS.values():
        value = values.get(setting.name)
        if value is False and setting.chosen:
            words.append(f"--no-{setting.option[2:]}")
        if value is None or value is False:
            continue
        words.append(setting.option)
        if not (value is True or setting.flag):
            words.append(f"{value:g}" if isinstance(value, float) else shlex.quote(str(value)))
    return " ".join(words)


def of_before(content, version):
    """A card's content, with what held for the settings that cards of its version haven't got.

    Before version 3 a number of 0 and an empty name stood for what isn't done.

    Raises:
        ValueError: it lacks a setting that cards of its version have.

    Example:
        >>> content = {"batch_size": 8, "learning_rate": 1e-3, "seed": 0, "precision": "float32", "jit": False}
        >>> of_before(content, version=1)["optimizer"]
        'adam'
    """
    content = {setting.name: setting.before for setting in SETTINGS.values() if setting.since > version} | content
    for name, setting in SETTINGS.items():
        if name not in content:
            raise ValueError(f"Object missing required field `{name}`")
        if version < 3 and setting.optional and not content[name]:
            content[name] = None
    return content
