"""A judgement: what `zoo judge RUN NAME` finds of a run. It is one function, in its evaluator's own file.

    @judgement(examples=1000, needs="has_density")
    def terms(run, model, examples, seed, console, *, samples: int = 1):
        \"""The ELBO of test images taken apart.

        Args:
            samples: draws of z for each image.
        \"""
        return Found({"rate": 4.2, "rate_se": 0.1})

It is called with

    run       a `zoo.runs.run.Run`
    model     its model
    examples  how many images, those that `zoo.evaluation.subset` chooses, the same for every run
    seed      an int
    console   a `rich.console.Console`, for the progress

What follows these are options of its own, each with an annotation, a default and a line under `Args`. The command line
and its help are made of that. They read the file and don't import it, which would take seconds.
"""

import ast
import functools
import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from zoo.errors import InputError

FOLDER = Path(__file__).parent


class Found(NamedTuple):
    """The result of a judgement."""

    figures: dict  #: by name; each standard error under its figure's name and `_se`
    notes: tuple[str, ...] = ()  #: sentences on what the figures are worth
    save_picture: Callable | None = None  #: a function of the path of a PNG, where there is something to see


class Option(NamedTuple):
    """An option of a judgement's own."""

    name: str
    kind: str | tuple  #: `int`, `bool`, `str` or `Path`; or the texts that it may be
    default: Any
    help: str


class Judgement(NamedTuple):
    """A judgement, as the command line knows it."""

    name: str
    module: str
    help: str  #: the docstring without its `Args`, whose first line says what is judged
    examples: int | None  #: how many images, unless it is told; None where it takes all there are
    needs: str  #: of `zoo.abilities.Abilities`
    options: tuple[Option, ...]

    @property
    def function(self):
        """The function itself; this imports its file."""
        return getattr(importlib.import_module(self.module), self.name)


def judgement(*, examples, needs):
    """Marks a function as a judgement.

    Args:
        examples: how many images, unless it is told; None where it takes all there are.
        needs: what the model must be able to do, of `zoo.abilities.Abilities`.
    """
    return lambda function: function


@functools.cache
def judgements():
    """All there are, by name: each function of the folders here that has `@judgement` above it.

    Example:
        >>> judgements()["terms"].examples
        1000
    """
    found = {}
    for path in sorted(FOLDER.glob("*/*.py")):
        text = path.read_text(encoding="utf-8")
        if "\n@judgement(" in text:
            module = ".".join(("zoo", *path.relative_to(FOLDER.parent).with_suffix("").parts))
            functions = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
            found |= {node.name: _read(node, module) for node in functions if _mark(node)}
    return dict(sorted(found.items()))


def named(name):
    """The judgement of that name.

    Raises:
        InputError: there is none.

    Example:
        >>> named("term")
        Traceback (most recent call last):
        zoo.errors.InputError: there is no judgement 'term'. Give one of ais, ...
    """
    if name not in judgements():
        raise InputError(f"there is no judgement {name!r}. Give one of {', '.join(judgements())}.")
    return judgements()[name]


def _mark(node):
    """The keywords of the `@judgement` above a function, or None."""
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call) and getattr(decorator.func, "id", None) == "judgement":
            return {keyword.arg: ast.literal_eval(keyword.value) for keyword in decorator.keywords}
    return None


def _read(node, module):
    text, _, arguments = ast.get_docstring(node).partition("\nArgs:\n")
    helps = _helps(arguments.partition("\n\n")[0])
    options = tuple(
        Option(argument.arg, _kind(argument.annotation), ast.literal_eval(default), helps[argument.arg])
        for argument, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
    )
    return Judgement(node.name, module, text.strip(), options=options, **_mark(node))


def _kind(annotation):
    if isinstance(annotation, ast.Subscript):
        return ast.literal_eval(annotation.slice)
    # `Path | None` is a path that may be left out.
    return ast.unparse(annotation).partition(" | ")[0]


def _helps(arguments):
    """What a docstring's `Args` say, by name; a line that goes on is indented further."""
    found, name = {}, None
    for line in arguments.splitlines():
        if line.startswith(" " * 8):
            found[name] += " " + line.strip()
        else:
            name, _, text = line.strip().partition(": ")
            found[name] = text
    return found
