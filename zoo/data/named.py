"""Data by name or by path."""

import dataclasses
import difflib
import os
from pathlib import Path

import numpy as np

from zoo.data import array, folder, sets, table
from zoo.data.fingerprint import array_digest, fingerprint
from zoo.data.splits import by_hash
from zoo.errors import InputError
from zoo.files.foreign import check_file

#: One for each file of `zoo/data/sets`.
NAMES = tuple(sorted(path.stem for path in Path(sets.__path__[0]).glob("[!_]*.py")))


def load(
    data,
    image_size=(64, 64),
    channels=None,
    rule=by_hash,
    pixels=None,
    ground="white",
    say=lambda line: None,
    labels=None,
):
    """`Splits` of a set by its name, or of a user's own by its path.

    Args:
        data: one of `NAMES`, a folder of images, or the path of a `.npy` or `.npz` file, or of a table's `.csv`.
        image_size: (height, width) that a folder's images are brought to.
        channels: 1 or 3 for a folder's images; None for what the first one is.
        rule: how a set of one piece is divided: `zoo.data.splits.by_hash`, or what held before it. Named sets have
            splits of their own.
        pixels: what an array's numbers mean, of `zoo.data.pixels.kind_of`; None to find out.
        ground: the colour that shows through where a folder's images are transparent; None for what held before.
        say: a function that is given a line about what was passed over.
        labels: the path of a CSV with the labels of a folder's pictures (`zoo.data.folder_labels.of_file`), or None.

    Raises:
        InputError: there is no such thing, or it can't be read.

    Example:
        >>> [len(split.images) for split in load("digits")]
        [1257, 180, 360]
    """
    if not str(data):
        raise InputError(f"data is empty: give one of {', '.join(NAMES)}, or a path; . is the folder where you are.")
    path = Path(data)
    if labels is not None and (data in NAMES or path.is_file()):
        raise InputError(f"labels is for folders of pictures, and data is {data}: leave it out.")
    if data in NAMES:
        return _with_fingerprint(getattr(sets, data)())
    if path.is_dir():
        return folder.load(path, image_size, channels, rule, ground, say, labels)
    if path.is_file() and path.suffix in (".npy", ".npz"):
        return array.load(path, rule, pixels, say)
    if path.is_file() and path.suffix == ".csv":
        return table.load(path, rule)
    if path.is_file():
        raise InputError(f"data is {data}, but only folders of images and .npy, .npz or .csv files can be read.")
    if path.exists():
        check_file(path)
    if os.sep in str(data) or path.suffix:
        raise InputError(f"data is {data}, but there is no such file or folder.")
    near = difflib.get_close_matches(str(data), NAMES, n=1, cutoff=0.4)
    hint = f"Did you mean {near[0]!r}? " if near else ""
    raise InputError(f"there is no data set {data!r}. {hint}Give one of {', '.join(NAMES)}, or a path.")


def _with_fingerprint(splits):
    """Of a set by its name: it has one for its pixels and labels, wherever they were read from."""
    read = {}
    for number, (images, labels) in enumerate(splits):
        read[f"images {number}"] = array_digest(np.asarray(images))
        if labels is not None:
            read[f"labels {number}"] = array_digest(np.asarray(labels, "int64"))
    return dataclasses.replace(splits, fingerprint=fingerprint(sum(len(split.images) for split in splits), read))


def absolute(data):
    """The data's name, or its path from the root of the file system: the same from every folder.

    Example:
        >>> absolute("digits"), absolute("/tmp/../tmp")
        ('digits', '/tmp')
    """
    return str(Path(data).resolve()) if str(data) and data not in NAMES and Path(data).exists() else str(data)


def locate(data, folder):
    """Where a run's data are: `absolute`, and for a path as it was once typed in another folder, near the run's folder.

    Args:
        data: what the card has.
        folder: the run's.

    Returns:
        A name or an absolute path; None where nothing is there, or not for certain.
    """
    if data in NAMES or Path(data).exists():
        return absolute(data)
    folder = Path(folder).resolve()
    # Of an absolute path, each of these is the path itself.
    near = {place / data for place in (folder, *folder.parents) if (place / data).exists()}
    return absolute(near.pop()) if len(near) == 1 else None
