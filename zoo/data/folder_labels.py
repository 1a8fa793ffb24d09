"""The labels of a folder's pictures: those of a CSV, or the folders that the pictures lie in."""

import re
from pathlib import Path, PureWindowsPath
from typing import Any, NamedTuple

import numpy as np

from zoo.data.fingerprint import as_bytes
from zoo.errors import InputError
from zoo.files.csv_lines import csv_lines

#: What such a file is.
CSV = "a CSV, in UTF-8, of a picture's file and its label in each line"


class FolderLabels(NamedTuple):
    """A label for each picture, and what the labels stand for."""

    numbers: Any  #: int64 `[N]`, -1 where a label is missing
    names: tuple[str, ...] | None  #: what each number stands for; None where the labels are these numbers themselves


def of_file(path, pictures, suffixes):
    """The labels in a CSV of two columns: a picture's path within the folder, or its name, and its label.

    An empty label is a missing one. Labels are words or whole numbers, -1 for a missing one. Numbers that run from 0
    are as they are; others, and words, are numbered in their order. A first line that names no picture is a heading.

    Args:
        path: of the CSV.
        pictures: the paths within the folder, N `Path`s.
        suffixes: what the names of pictures end in, with the dot, in small letters.

    Returns:
        `FolderLabels`, in the order of the pictures.

    Raises:
        InputError: it is no CSV, it names what isn't there or one picture twice, it lacks a picture, or its labels are
            none.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder) / "labels.csv"
        ...     _ = path.write_text("file,label\\na.png,dog\\nmore/b.png,\\nc.png,cat\\n")
        ...     found = of_file(path, [Path("a.png"), Path("c.png"), Path("more/b.png")], (".png",))
        >>> found.numbers.tolist(), found.names
        ([1, 0, -1], ('cat', 'dog'))
    """
    places = _places(pictures)
    texts = [None] * len(pictures)
    for number, line in enumerate(_lines(path)):
        line_number, (file, label) = line
        if number == 0 and Path(file).suffix.lower() not in suffixes:
            continue
        found = places.get(_key(file), [])
        if len(found) != 1:
            what = f"{len(found)} pictures of that name: give the path" if found else "no such picture in the folder"
            raise InputError(f"{path} has {file!r} in line {line_number}, but there is {what}.")
        if texts[found[0]] is not None:
            raise InputError(f"{path} has {file!r} a second time in line {line_number}: give each picture one label.")
        texts[found[0]] = label
    missing = [picture.as_posix() for picture, text in zip(pictures, texts, strict=True) if text is None]
    if missing:
        more = f" and {len(missing) - 1} more pictures" if len(missing) > 1 else ""
        raise InputError(
            f"{path} lacks {missing[0]}{more}: give each a line, with nothing after the comma where there is no label."
        )
    return numbered(texts, f"{path}")


def of_subfolders(pictures):
    """The folders right below the one that was given, as labels; None unless all pictures lie in two of them or more.

    Args:
        pictures: the paths within the folder, N `Path`s.

    Example:
        >>> of_subfolders([Path("cat/1.png"), Path("dog/1.png"), Path("dog/more/2.png")]).numbers.tolist()
        [0, 1, 1]
        >>> of_subfolders([Path("cat/1.png"), Path("1.png")]) is None
        True
    """
    texts = [picture.parts[0] if len(picture.parts) > 1 else None for picture in pictures]
    if None in texts or len(set(texts)) < 2:
        return None
    # A folder's name says what it says, -1 too.
    names = sorted(set(texts), key=lambda text: (not _is_whole(text), int(text) if _is_whole(text) else 0, text))
    return _by_names(texts, names)


def numbered(texts, name):
    """The labels that are written so, in numbers.

    Args:
        texts: N strings, empty where a label is missing.
        name: what has them, for the error.

    Raises:
        InputError: there are fewer than two different ones, or numbers that are not whole or below -1.

    Example:
        >>> numbered(["2", "", "0", "1"], "labels.csv")
        FolderLabels(numbers=array([ 2, -1,  0,  1]), names=None)
        >>> numbered(["10", "7", "-1"], "labels.csv")
        FolderLabels(numbers=array([ 1,  0, -1]), names=('7', '10'))
    """
    given = {text for text in texts if text}
    if all(map(_is_number, given)):
        wrong = sorted(text for text in given if not _is_whole(text) or int(text) < -1)
        if wrong:
            raise InputError(f"{name} has the label {wrong[0]!r}: give whole numbers from 0, -1 or nothing, or words.")
        texts = ["" if not text or int(text) == -1 else str(int(text)) for text in texts]
        names = sorted(set(texts) - {""}, key=int)
    else:
        names = sorted(given)
    if len(names) < 2:
        raise InputError(f"{name} has {len(names)} different labels: give two or more.")
    return _by_names(texts, names)


def _by_names(texts, names):
    number = {text: place for place, text in enumerate(names)}
    as_they_are = names == [str(place) for place in range(len(names))]
    numbers = np.array([number.get(text, -1) for text in texts], "int64")
    return FolderLabels(numbers, None if as_they_are else tuple(names))


def _is_whole(text):
    return re.fullmatch(r"[+-]?[0-9]{1,18}", text) is not None


def _is_number(text):
    return re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?|nan|inf", text, re.IGNORECASE) is not None


def _lines(path):
    """The number of each line that isn't empty, and its two fields."""
    found = [(number, fields) for number, fields in csv_lines(path, CSV) if any(fields)]
    for number, fields in found:
        if len(fields) != 2:
            raise InputError(f"{path} isn't {CSV}: line {number} has {len(fields)} fields, and not 2.")
    return found


def _places(pictures):
    """The numbers of the pictures that each path and each name stands for."""
    by_path, by_name = {}, {}
    for number, picture in enumerate(pictures):
        by_path[_key(picture.as_posix())] = [number]
        by_name.setdefault(_key(picture.name), []).append(number)
    return by_name | by_path


def _key(file):
    """A path as it is compared: however its accents and its slashes are written."""
    return as_bytes(PureWindowsPath(file).as_posix())
