"""The published tables, one a file: its `TABLE` is a `zoo.tables.table.Table`."""

import difflib
import importlib
from pathlib import Path

from zoo.errors import InputError


def names():
    """The names of the tables.

    Example:
        >>> "iwae" in names()
        True
    """
    return sorted(path.stem.replace("_", "-") for path in Path(__file__).parent.glob("[!_]*.py"))


def load_table(name):
    """A table by its name.

    Returns:
        A `zoo.tables.table.Table`.

    Raises:
        InputError: there is none of that name.

    Example:
        >>> load_table("iwa")
        Traceback (most recent call last):
        zoo.errors.InputError: there is no table 'iwa'. Did you mean 'iwae'? The tables are ...
    """
    if name not in names():
        near = difflib.get_close_matches(str(name), names(), n=1, cutoff=0.4)
        hint = f"Did you mean {near[0]!r}? " if near else ""
        raise InputError(f"there is no table {name!r}. {hint}The tables are {', '.join(names())}.")
    return importlib.import_module(f"zoo.tables.published.{name.replace('-', '_')}").TABLE
