"""The named models: which there are, and how one is built."""

import ast
import difflib
import functools
import importlib
import inspect
from pathlib import Path

from zoo.errors import InputError
from zoo.networks.shapes import check_image_shape

FOLDER = Path(__file__).parent / "models"
#: What models are for, in the order of a list, a line each. A model's file names one of them as its `GROUP`.
GROUPS = {
    "to begin with": "images in; samples, codes and an honest log p(x) out",
    "priors": "what p(z) may be: mixtures, flows, training images, spheres, a second VAE",
    "posteriors": "q(z|x) beyond a diagonal Gaussian, or made better for each image",
    "hierarchies": "several levels of z",
    "bounds": "what is maximized, and how its gradient is estimated",
    "disentanglement": "codes each of whose dimensions is to stand for one thing",
    "likelihoods": "pixels that see each other",
    "discrete codes": "bits, classes and entries of a codebook as codes",
    "labels": "images of a given label, few labels, clusters",
    "views": "two views of one thing, either of which may be missing",
    "rivals": "two networks trained against each other",
    "missing pixels": "what is seen is scored, and the rest made of it",
    "tables": "numbers, classes and counts beside each other",
    "autoencoders": "codes without a density",
}


def names():
    """The names of the models, one for each file of `zoo/models`.

    Example:
        >>> "iaf_vae" in names()
        True
    """
    return sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__")


def summary(name):
    """The first line of a model's file: what it is. Reads the file and imports nothing.

    Example:
        >>> summary("vae").startswith("Kingma & Welling")
        True
    """
    return ast.get_docstring(_parsed(name)).splitlines()[0]


def group(name):
    """What a model is for, one of `GROUPS`: its file's `GROUP`. Reads the file and imports nothing.

    Example:
        >>> group("iwae")
        'bounds'
    """
    assigned = (each for each in _parsed(name).body if isinstance(each, ast.Assign))
    return next(each.value.value for each in assigned if each.targets[0].id == "GROUP")


def _parsed(name):
    return ast.parse((FOLDER / f"{name}.py").read_text(encoding="utf-8"))


def check_name(name):
    """Raises `InputError`, with the nearest name, unless there is a model of that name."""
    if name not in names():
        near = difflib.get_close_matches(str(name), names(), n=1, cutoff=0.4)
        hint = f"Did you mean {near[0]!r}? " if near else ""
        raise InputError(f"there is no model {name!r}. {hint}The models are {', '.join(names())}.")


def takes(name, argument):
    """Whether a model's `build` has an argument of that name.

    Example:
        >>> takes("conditional_vae", "labels"), takes("vae", "labels")
        (True, False)
    """
    check_name(name)
    return argument in inspect.signature(importlib.import_module(f"zoo.models.{name}").build).parameters


def build(name, image_shape=(28, 28, 1), **kwargs):
    """Builds a model of the catalogue.

    Args:
        name: one of `names()`.
        image_shape: (height, width, channels); for models of fully connected networks also (D,), for vectors.
        **kwargs: what that model takes, `latent_dim` among it; see its `build` in `zoo/models`. A likelihood, an
            objective and a class of posteriors may be given by the name of its file, and an argument of its own as
            `likelihood.scale` or `objective.num_samples`. With a Gaussian or Laplace likelihood `range` says what its
            pixels lie in.

    Returns:
        A `zoo.vae.VAE`, `zoo.autoencoder.Autoencoder` or `zoo.vq_vae.VQVAE`, say, built, and not yet compiled.

    Raises:
        InputError: an unknown name or keyword, or a value that the model can't be built with.

    Example:
        >>> build("conv_vae", image_shape=(8, 8, 1), latent_dim=2).prior.latent_dim
        2
        >>> build("vae", image_shape=(8, 8, 1), objective="iwae", **{"objective.num_samples": 50}).objective.keywords
        {'num_samples': 50}
    """
    check_name(name)
    function = importlib.import_module(f"zoo.models.{name}").build
    accepted = inspect.signature(function).parameters
    for kind in ("likelihood", "objective", "pixels", "posterior"):
        if kind in accepted:
            kwargs = _with_part(kind, accepted[kind].default, kwargs)
    unknown = [key for key in kwargs if key not in accepted]
    if unknown:
        known = ", ".join(
            f"{key}={getattr(p.default, '__name__', repr(p.default))}"
            for key, p in accepted.items()
            if key != "image_shape"
        )
        raise InputError(f"{name} has no argument {unknown[0]!r}. It takes {known}.")
    image_shape = check_image_shape(image_shape, vectors=True)
    try:
        model = function(image_shape=image_shape, **kwargs)
    except (TypeError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{name} can't be built with {kwargs}: {error}") from error
    model.build((None, *image_shape))
    return model


def _with_part(kind, default, kwargs):
    """A model's arguments, with the likelihood or the objective that they choose, and its own arguments in it.

    A `PixelCNN`'s `pixels` are a likelihood without a decoder, chosen alike: `likelihood.pixels.components`, say.
    """
    if kind == "pixels" and not isinstance(kwargs.get(kind), str):
        # A part already, or None: what is given for it is no argument.
        return kwargs
    own = {key.partition(".")[2]: value for key, value in kwargs.items() if key.startswith(f"{kind}.")}
    kwargs = {key: value for key, value in kwargs.items() if not key.startswith(f"{kind}.")}
    if kind not in kwargs and not own and (kind in ("objective", "posterior") or "range" not in kwargs):
        # The model's own, as its file has it.
        return kwargs
    part = kwargs.get(kind, default)
    if isinstance(part, list | tuple):
        # One for each view.
        return kwargs | {kind: tuple(_with_part(kind, None, {kind: each})[kind] for each in part)}
    if part is None and not own:
        return kwargs
    if part is None:
        raise InputError(f"{kind}.{next(iter(own))} is for {kind}, which isn't given: give both.")
    if isinstance(part, str):
        part = _named(kind, part)
    accepted = {
        name: parameter.default
        for name, parameter in inspect.signature(part).parameters.items()
        if parameter.default is not inspect.Parameter.empty and name != "training"
    }
    if kind == "likelihood" and "range" in kwargs:
        own["range"] = kwargs.pop("range")
        if "range" not in accepted:
            raise InputError(
                f"range is for a Gaussian likelihood, and this is a {_name_of(part)}: add likelihood=gaussian, or "
                "laplace."
            )
    if "pixels" in accepted:
        own = _with_part("pixels", None, own)
    for name in own:
        if name not in accepted:
            words = ", ".join(f"{key}={value!r}" for key, value in accepted.items()) or "none"
            raise InputError(f"{kind}.{name} is no argument of {_name_of(part)}: it takes {words}.")
    if kind == "objective" and isinstance(part, type):
        # One with weights of its own.
        part = part(**own)
    elif kind == "pixels":
        part = part(None, **own)
    elif own or isinstance(part, functools.partial):
        part = functools.partial(part, **own)
        if kind == "likelihood":
            part.parameters = part.func.parameters_for(**part.keywords)
    return kwargs | {kind: part}


def parts(room):
    """The parts of a folder, priors say, by the names of their files; not what others are made of.

    Args:
        room: `priors`, `posteriors`, `likelihoods`, `objectives`, `quantizers`, `penalties` or `corruptions`.

    Returns:
        A dict of classes and functions.

    Example:
        >>> sorted(parts("corruptions"))
        ['gaussian_noise', 'masking']
    """
    import zoo

    shown = getattr(zoo, room)
    every = {name: getattr(shown, name) for name in dir(shown) if not name.startswith("_")}
    named = {name.replace("_", "").lower(): value for name, value in every.items() if not inspect.ismodule(value)}
    stems = sorted(path.stem for path in (FOLDER.parent / room).glob("[!_]*.py"))
    found = {stem: named[stem.replace("_", "")] for stem in stems if stem.replace("_", "") in named}
    return {stem: part for stem, part in found.items() if not _is_for_others(part, room)}


def _is_for_others(part, room):
    """Whether others are made of it: a class that lacks a method, or what bounds nothing among the objectives."""
    return bool(getattr(part, "_lacks", ())) or (room == "objectives" and not hasattr(part, "bound"))


def _named(kind, name):
    """The likelihood, the objective or the posterior in a file: the class or the function that is called after it."""
    known = parts({"objective": "objectives", "posterior": "posteriors"}.get(kind, "likelihoods"))
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise InputError(f"{kind} is {name!r}, but must be one of {', '.join(known)}.{hint}")
    return known[name]


def _name_of(part):
    return getattr(getattr(part, "func", part), "__name__", type(part).__name__)
