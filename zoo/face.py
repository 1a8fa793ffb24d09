"""A folder's face: what its files define, by name, imported when it is asked for.

    zoo.priors.Mixture      the class in zoo/priors/mixture.py
    zoo.objectives.iwae     the function in zoo/objectives/iwae.py
    zoo.data.mnist          the function in zoo/data/sets/mnist.py

A folder has one by this in its `__init__.py`:

    from zoo.face import face

    face(__name__)
"""

import ast
import functools
import importlib
import sys
from pathlib import Path
from types import ModuleType


class _Face(ModuleType):
    """A package whose attributes are what its files define under their own names."""

    def __getattr__(self, name):
        if name.startswith("_") or name not in self._homes:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        return getattr(importlib.import_module(self._homes[name]), name)

    def __setattr__(self, name, value):
        # Python sets a file's module as an attribute when it is imported: what the file is for takes its place.
        if isinstance(value, ModuleType) and self._homes.get(name) == value.__name__:
            value = getattr(value, name)
        super().__setattr__(name, value)

    def __dir__(self):
        return sorted({*super().__dir__(), *self._homes})

    @property
    def _homes(self):
        return _homes(self._shown, Path(importlib.import_module(self._shown).__path__[0]))


def face(package, shown=None):
    """Gives a package its face.

    Args:
        package: its name, as it is being imported.
        shown: the name of the package whose files define what it shows; None for its own.
    """
    module = sys.modules[package]
    module.__dict__["_shown"] = shown or package
    module.__class__ = _Face


@functools.cache
def _homes(package, folder):
    """The module that defines it, by each name that a folder's files are called after."""
    found = {}
    for path in sorted(folder.glob("[!_]*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef) and _plain(node.name) == _plain(path.stem):
                found[node.name] = f"{package}.{path.stem}"
    return found


def _plain(name):
    return name.replace("_", "").lower()
