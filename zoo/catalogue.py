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
    return ast.get_docstring(ast.parse((FOLDER / f"{name}.py").read_text(encoding="utf-8"))).splitlines()[0]


def check_name(name):
    """Raises `InputError`, with the nearest name, unless there is a model of that name."""
    if name not in names():
        near = difflib.get_close_matches(str(name), names(), n=1, cutoff=0.4)
        hint = f"Did you mean {near[0]!r}? " if near else ""
        raise InputError(f"there is no model {name!r}. {hint}The models are {', '.join(names())}.")


def build(name, image_shape=(28, 28, 1), **kwargs):
    """Builds a model of the catalogue.

    Args:
        name: one of `names()`.
        image_shape: (height, width, channels); for models of fully connected networks also (D,), for vectors.
        **kwargs: what that model takes, `latent_dim` among it; see its `build` in `zoo/models`. A likelihood may be
            given by the name of its file; with a Gaussian one `range` says what its pixels lie in.

    Returns:
        A `zoo.vae.VAE` or `zoo.autoencoder.Autoencoder`, built, and not yet compiled.

    Raises:
        InputError: an unknown name or keyword, or a value that the model can't be built with.

    Example:
        >>> build("conv_vae", image_shape=(8, 8, 1), latent_dim=2).prior.latent_dim
        2
    """
    check_name(name)
    function = importlib.import_module(f"zoo.models.{name}").build
    accepted = inspect.signature(function).parameters
    if isinstance(kwargs.get("likelihood"), str):
        kwargs["likelihood"] = _likelihood(kwargs["likelihood"])
    if "range" in kwargs and "likelihood" in accepted:
        likelihood = kwargs.get("likelihood", accepted["likelihood"].default)
        kwargs["likelihood"] = _with_range(likelihood, kwargs.pop("range"))
    unknown = [key for key in kwargs if key not in accepted]
    if unknown:
        takes = ", ".join(f"{key}={p.default!r}" for key, p in accepted.items() if key != "image_shape")
        raise InputError(f"{name} has no argument {unknown[0]!r}. It takes {takes}.")
    image_shape = check_image_shape(image_shape, vectors=True)
    try:
        model = function(image_shape=image_shape, **kwargs)
    except (TypeError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{name} can't be built with {kwargs}: {error}") from error
    model.build((None, *image_shape))
    return model


def _likelihood(name):
    """The class in a file of `zoo/likelihoods`: its name is the file's."""
    known = [
        path.stem
        for path in (FOLDER.parent / "likelihoods").glob("*.py")
        if path.stem not in ("__init__", "likelihood")
    ]
    if name not in known:
        raise InputError(f"likelihood is {name!r}, but must be one of {', '.join(sorted(known))}.")
    return getattr(importlib.import_module(f"zoo.likelihoods.{name}"), name.title().replace("_", ""))


def _with_range(likelihood, range):
    """The class of a likelihood, with its range given."""
    if "range" not in inspect.signature(likelihood).parameters:
        raise InputError(
            f"range is for a Gaussian likelihood, and this is a {likelihood.__name__}: add likelihood=gaussian."
        )
    made = functools.partial(likelihood, range=range)
    made.parameters = likelihood.parameters
    return made
