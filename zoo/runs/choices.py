"""Choices by the data: how a run is trained where nothing is said.

| what | by what | why |
|---|---|---|
| likelihood | the pixels | a Bernoulli has no density of grey values, and no other suits black and white |
| model | likelihood, number of images | mixture and flow win 4.5 nats of MNIST's, and lose 9 of 232 silhouettes |
| | colour | maps of z have 1.37 bits/dim less than 64 factors on CIFAR-10 |
| image_size | a folder's pictures | what is enlarged has no more in it, and takes longer |
| filters | the image's smaller side | a network whose last map is 4 to 7 pixels wide has seen all of the image |
| latent_dim | the likelihood | 64 factors have 0.23 bits/dim less than 32 on Frey's faces, before training |
| activation | number of images | elu has 0.18 bits/dim less on 1565 faces, and 0.09 more on 20,000 clothes |
| batch_size | the number of images | an epoch of a small set has steps enough, and one of a large set isn't slow |
| learning_rate | model, number of images | half the rate wins 2.8 nats of 232 silhouettes |
| ema | number of images | averages at a high rate are worth a rate that falls, and such a run can be gone on with |
| linear_start | the model | better than all linear models before a step; at the end 4.5 nats of 300 silhouettes |
| fit_prior | the prior | N(0, I) isn't where the codes are: ten Gaussians have 12.9 nats more on Fashion-MNIST |
| epochs, patience, plateau | an epoch's steps, their size | it ends when nothing gets better, or after 20,000 steps |

A model that is named keeps its prior, its posterior and its networks, and a run that was begun all that it began with.
What is given is never changed.
"""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from zoo import catalogue
from zoo.data import named
from zoo.data.folder import common_size
from zoo.data.pipeline import is_grey
from zoo.data.pixels import has_eight_bits, has_missing
from zoo.errors import InputError
from zoo.evaluation.subset import subset
from zoo.fitting.ex_post import has_plain_prior
from zoo.fitting.linear_start import check_linear_start
from zoo.runs.card import OF_FOLDERS, Card, asked_data, begun, describe, open_data
from zoo.runs.settings import VERSION

#: Pictures of one size are taken as they are where their sides have so many pixels at least and at most.
SIDES = (8, 64)
#: A run takes so many steps at most, of so many values of pixels in all, in so many epochs at least and at most.
STEPS, PIXELS, EPOCHS = 20_000, 4_000_000_000, (10, 1000)
#: A ResNet VAE's steps take longer.
PIXELS_OF_RESIDUAL = 2_000_000_000
#: It ends after so many steps without a lower validation loss, in so many epochs at least and at most.
PATIENCE, PATIENT = 2000, (10, 60)
#: Pictures are of ink where so large a share of the pixels is black or white, within so many of 256 levels, or where
#: there are few levels.
INK, NEAR, LEVELS = 0.75, 8, 64
#: The feature maps of each convolution.
FILTERS = (32, 64, 128, 128, 128, 128)
#: So many images are enough for a flow and a mixture that are trained along.
FEW = 1000
#: Fewer are a small set, which is learned slowly.
SMALL = 2000
#: So many are a large set, of which a run sees each image a few times.
LARGE = 20_000
#: The likelihoods that have a density of grey values.
OF_GREY = (
    "discretized_logistic",
    "discretized_logistic_mixture",
    "categorical",
    "continuous_bernoulli",
    "beta",
    "laplace",
    "gaussian",
)
#: What decides of pixels is looked at in so many images.
SOME = 1000


class Choice(NamedTuple):
    """One thing that the data decided."""

    name: str  #: of a setting, of an argument of the model, `model` or `epochs`
    value: Any
    why: str


class Choices(NamedTuple):
    """All that a run is described with, and what of it was chosen."""

    model: str
    arguments: Mapping[str, Any]
    settings: Mapping[str, Any]
    epochs: int
    chosen: tuple[Choice, ...] = ()


class Described(NamedTuple):
    """A run to be: what `Run.begin` takes, and what was chosen."""

    folder: Path
    chosen: tuple[Choice, ...]
    epochs: int
    card: Card
    splits: Any


def describe_what_is_given(
    source, model=None, arguments=None, settings=None, epochs=None, binarization=None, out=None, say=lambda line: None
):
    """A run, `Described` by what is given of it: the data choose the rest, or the run that was begun has it.

    Args:
        source: a dict of what is given of the data: `name` (the digits where it isn't), and for a folder `image_size`,
            `channels`, `ground` and `labels`.
        model, arguments, settings, epochs, binarization: of `choose`.
        out: the run's folder; None for `runs/MODEL-DATA`.
        say: a function that is given a line about what of the data is passed over.

    Raises:
        InputError: of `zoo.runs.card.describe`.
    """
    given, source = source, {"name": "digits"} | source
    folder, stem = out and Path(out), Path(source["name"]).stem
    if not folder and model:
        folder = Path("runs") / f"{model}-{stem}"
    before, opened, lines = folder and begun(folder), None, []
    if not before:
        own_size = _own_size(source)
        source |= {choice.name: choice.value for choice in own_size}
        opened = open_data(source, say=lines.append)
        choices = choose(opened[1], model, arguments, settings, epochs, binarization)
        choices = choices._replace(chosen=(*own_size, *choices.chosen))
        folder = folder or Path("runs") / f"{choices.model}-{stem}"
        before = begun(folder)
    version = before.version if before else VERSION
    if before:
        choices = go_on(before, model, arguments, settings, epochs)
        binarization = binarization or before.data.binarization
        again = _source_of(before, given)
        if not (opened and version == VERSION and asked_data(again) == asked_data(source)):
            source, opened, lines = again, None, []
    for line in lines:
        say(line)
    described = describe(
        choices.model, choices.arguments, opened or source, binarization, version, say, **choices.settings
    )
    if (arguments or {}).get("likelihood") == "bernoulli" and is_grey(described[1].train.images):
        others = ", ".join(OF_GREY)
        say(f"The pixels are grey, and the figures of bernoulli are no density of grey values: {others} have one.")
    return Described(folder, choices.chosen, choices.epochs, *described)


def _source_of(card, given):
    """Where the data of a run that was begun are, and how they are read: what is given, and else what its card has."""
    source = {"name": card.data.name} | given
    if _is_folder(source["name"]):
        return {key: getattr(card.data, key) for key in OF_FOLDERS} | source
    return source


def _is_folder(name):
    return name not in named.NAMES and Path(name).is_dir()


def _own_size(source):
    """The choice of a folder's pictures as they are, where they all have one size that isn't too small or too large."""
    if not _is_folder(source["name"]) or "image_size" in source:
        return ()
    size = common_size(source["name"], *SIDES)
    return () if size is None else (Choice("image_size", list(size), "all pictures have it"),)


def choose(splits, model=None, arguments=None, settings=None, epochs=None, binarization=None):
    """The `Choices` for a new run: what is given, and for the rest what the data say.

    Args:
        splits: a `zoo.data.splits.Splits`, of pixels as they lie.
        model: a name of the catalogue, or None.
        arguments: of the model, those that are given; None for none.
        settings: of `zoo.runs.settings.Settings`, those that are given; a `decay` may be True, for all epochs.
        epochs: how many at most, or None.
        binarization: what is given, or None.

    Raises:
        InputError: there is no such model.

    Example:
        >>> import zoo
        >>> found = choose(zoo.data.digits(), epochs=50)
        >>> found.model, found.arguments["likelihood"], found.epochs
        ('iaf_mixture_vae', 'bernoulli', 50)
    """
    own, images = model is None, splits.train.images
    given = _Given(dict(arguments or {}), dict(settings or {}), [])
    if splits.columns is not None:
        # Its columns say what their likelihoods are.
        given.chosen.extend([Choice("model", "table_vae", "the data are a table")] * own)
        own, model = False, model or "table_vae"
    elif "likelihood" not in given.arguments and (own or catalogue.takes(model, "likelihood")):
        likelihood, own_arguments, why = _likelihood(images, given.arguments, binarization)
        given.arguments.update(own_arguments | given.arguments)
        given.decide(given.arguments, "likelihood", likelihood, why)
    if own:
        model = _choose_model(given, splits)
    _choose_steps(given, model, own, len(images))
    built = _built(model, given.arguments, splits.image_shape)
    if built and has_plain_prior(built):
        given.decide(given.settings, "fit_prior", True, "the prior is N(0, I), which isn't where the codes are")
    if built and built.adversarial and "patience" not in given.settings:
        given.decide(given.settings, "decay", True, "of two players' epochs none is the best by its loss")
    epochs = _choose_end(given, model, splits, epochs)
    return Choices(model, given.arguments, _decaying(given.settings, epochs), epochs, tuple(given.chosen))


class _Given(NamedTuple):
    """What is given, and in `chosen` what is chosen for the rest."""

    arguments: dict
    settings: dict
    chosen: list

    def decide(self, entries, name, value, why):
        """Adds an entry to `arguments` or `settings`, unless it is there."""
        if name not in entries:
            entries[name] = value
            self.chosen.append(Choice(name, value, why))


def _choose_model(given, splits):
    """The model's name. Its arguments are decided, and where its training begins."""
    if any(has_missing(split.images) for split in splits):
        given.chosen.append(Choice("model", "missing_data_vae", "pixels are missing"))
        return "missing_data_vae"
    *sides, channels = splits.image_shape
    binary, count = given.arguments["likelihood"] == "bernoulli", len(splits.train.images)
    model, why = _model(binary, channels, count, given)
    given.chosen.append(Choice("model", model, why))
    if model == "resnet_vae":
        given.decide(given.arguments, "levels", [2, 1], "of a quarter and of half the image's size")
        return model
    given.decide(given.arguments, "filters", _filters(min(sides)), f"the smaller side has {min(sides)} pixels")
    given.decide(given.arguments, "latent_dim", *_latents(binary))
    if not binary and count < SMALL:
        why = f"{count} training images: a smooth network learns fewer by heart"
        given.decide(given.arguments, "activation", "elu", why)
    begun = given.settings.keys() & {"start_at_mean", "start_from", "linear_start"}
    if model == "conv_vae" and not begun and _has_linear_start(model, given.arguments, splits.image_shape):
        given.decide(given.settings, "linear_start", True, "it begins as factor analysis of the images")
    return model


def _choose_steps(given, model, own, count):
    """Decides how large steps are, and of how many images."""
    residual, large = model == "resnet_vae", own and count >= LARGE
    if residual:
        given.decide(given.settings, "clip_norm", 1000.0, "a flow has a step now and then that is far too large")
    batch_size = 32 if count < SMALL else 64 if count < LARGE or residual else 128
    given.decide(given.settings, "batch_size", batch_size, f"{count} training images")
    if large and not given.settings.get("decay"):
        given.decide(
            given.settings, "ema", 0.999, "the limit comes before the rate is cut, and an average does as much"
        )
    rate, why = 1e-3, "Adam's own"
    if own and model == "conv_vae" and count < SMALL:
        rate, why = 5e-4, "few images"
    elif large and model == "iaf_mixture_vae" and (given.settings.get("ema") or given.settings.get("decay")):
        rate, why = 3e-3, "what large steps leave is averaged or falls"
    given.decide(given.settings, "learning_rate", rate, why)


def _choose_end(given, model, splits, epochs):
    """How many epochs there are at most. What ends them before is decided."""
    batch_size = given.settings["batch_size"]
    steps = -(-len(splits.train.images) // batch_size)
    if epochs is None:
        pixels = PIXELS_OF_RESIDUAL if model == "resnet_vae" else PIXELS
        epochs = _within(EPOCHS, min(STEPS, pixels / (batch_size * math.prod(splits.image_shape))) / steps)
        given.chosen.append(Choice("epochs", epochs, f"at most: {steps} steps each"))
    if not given.settings.get("decay"):
        patience = _within(PATIENT, PATIENCE / steps)
        given.decide(given.settings, "patience", patience, "epochs without a lower validation loss, and it ends")
        given.decide(given.settings, "plateau", max(1, patience * 2 // 5), "epochs without one, and the rate is cut")
    return epochs


def go_on(card, model=None, arguments=None, settings=None, epochs=None):
    """The `Choices` of a run that was begun: what is given, and for the rest what is on its card.

    Args:
        card: a `zoo.runs.card.Card`.
        model, arguments, settings, epochs: of `choose`.
    """
    kept = {name: value for name, value in card.arguments.items() if name != "image_shape"}
    # Before a card knew its limit, there were 200 where nothing was said.
    epochs = epochs or card.limit or max(card.epochs, 200)
    settings = card.settings | dict(settings or {})
    return Choices(model or card.model, kept | dict(arguments or {}), _decaying(settings, epochs), epochs)


def _decaying(settings, epochs):
    """The settings, with the number of epochs for a rate that falls over all of them."""
    return settings | ({"decay": epochs} if settings.get("decay") else {})


def _within(limits, number):
    return min(max(math.ceil(number), limits[0]), limits[1])


def _likelihood(images, arguments, binarization):
    """The likelihood's name, arguments of its own, and why."""
    if "range" in arguments:
        return "gaussian", {}, "real values have a density there"
    if binarization not in (None, "none"):
        return "bernoulli", {}, "the pixels are made black or white"
    some = np.asarray(images[subset(images, SOME)])
    if has_missing(some):
        some = some[~np.isnan(some)]
        if np.isin(some, (0, 1)).all():
            return "bernoulli", {}, "the pixels that are seen are black and white"
    if some.dtype == "bool" or not np.setdiff1d(some, (0, 255)).size:
        return "bernoulli", {}, "the pixels are black and white"
    ink = _ink(some)
    if ink:
        return "bernoulli", {}, f"{ink}; those between are drawn, grey for the probability"
    if some.dtype == "uint8" or (some.dtype == "float32" and some.size and has_eight_bits(some)):
        return "discretized_logistic", {}, "the pixels have 256 levels"
    return "gaussian", {"likelihood.scale": None}, "the pixels have more than 256 levels"


def _ink(images):
    """Why grey images are of ink on paper, or of light in the dark; None where they aren't.

    Example:
        >>> _ink(np.array([0, 0, 0, 255, 120], "uint8")[:, None])
        'nearly all pixels are black or white'
        >>> _ink(np.array([0, 60, 120, 180, 255], "uint8")[:, None])
        'the pixels have 5 levels from black to white'
    """
    if images.dtype != "uint8" or images.shape[-1] != 1:
        return None
    if np.mean((images < NEAR) | (images > 255 - NEAR)) >= INK:
        return "nearly all pixels are black or white" if images.max() > 255 - NEAR else None
    levels = np.unique(images)
    few = len(levels) < LEVELS and {0, 255} <= set(levels.tolist())
    return f"the pixels have {len(levels)} levels from black to white" if few else None


def _model(binary, channels, count, given):
    if binary and count < FEW:
        return "conv_vae", f"{count} training images are too few for a flow"
    if binary:
        return "iaf_mixture_vae", "a flow for the posterior and a mixture for the prior, trained together"
    if channels == 3 and count >= LARGE and _could_be_residual(given):
        return "resnet_vae", f"{count} images in colour have more in them than some factors say"
    return "conv_vae", "a Gaussian posterior, which can begin as factor analysis"


def _could_be_residual(given):
    """Whether nothing is given that a ResNet VAE doesn't take."""
    named = {name.split(".")[0] for name in given.arguments} - {"range"}
    of_others = given.settings.get("linear_start") or given.settings.get("fit_prior")
    return not of_others and all(catalogue.takes("resnet_vae", name) for name in named)


def _filters(side):
    """The feature maps of as many convolutions of stride 2 as leave a side of 4 pixels, two at least.

    Example:
        >>> _filters(8), _filters(28), _filters(64)
        ([32, 64], [32, 64, 128], [32, 64, 128, 128])
    """
    depth = math.ceil(math.log2(max(1, side / 4)))
    return list(FILTERS[: min(max(2, depth), len(FILTERS))])


def _latents(binary):
    return (32, "enough of black and white") if binary else (64, "as many factors")


def _has_linear_start(model, arguments, image_shape):
    """Whether all parts of the model have a linear start, which not every likelihood has."""
    try:
        check_linear_start(catalogue.build(model, **arguments | {"image_shape": image_shape}))
    except InputError:
        return False
    return True


def _built(model, arguments, image_shape):
    """The model of these arguments; None where they are none of its own, of which it is told when it is described."""
    try:
        return catalogue.build(model, **arguments | {"image_shape": image_shape})
    except InputError:
        return None
