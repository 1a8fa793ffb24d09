"""Which data there are by name, and what else may be given."""

import difflib
import importlib
import os
from pathlib import Path

from zoo.data import array, folder
from zoo.data.splits import by_hash
from zoo.errors import InputError

NAMES = (
    "digits",
    "shapes",
    "mnist",
    "mnist_static",
    "fashion_mnist",
    "omniglot",
    "caltech_silhouettes",
    "frey_faces",
    "cifar10",
)


def load(data, image_size=(64, 64), channels=None, rule=by_hash):
    """`Splits` of a set by its name, or of a user's own by its path.

    Args:
        data: one of `NAMES`, a folder of images, or the path of a `.npy` or `.npz` file.
        image_size: (height, width) that a folder's images are brought to.
        channels: 1 or 3 for a folder's images; None for what the first one is.
        rule: how a set of one piece is divided: `zoo.data.splits.by_hash`, or what held before it. Named sets have
            splits of their own.

    Raises:
        InputError: there is no such thing, or it can't be read.

    Example:
        >>> [len(split.images) for split in load("digits")]
        [1257, 180, 360]
    """
    if data in NAMES:
        return importlib.import_module(f"zoo.data.{data}").load()
    path = Path(data)
    if path.is_dir():
        return folder.load(path, image_size, channels, rule)
    if path.is_file() and path.suffix in (".npy", ".npz"):
        return array.load(path, rule)
    if path.is_file():
        raise InputError(f"data is {data}, but only folders of images and .npy or .npz files can be read.")
    if os.sep in str(data) or path.suffix:
        raise InputError(f"data is {data}, but there is no such file or folder.")
    near = difflib.get_close_matches(str(data), NAMES, n=1, cutoff=0.4)
    hint = f"Did you mean {near[0]!r}? " if near else ""
    raise InputError(f"there is no data set {data!r}. {hint}Give one of {', '.join(NAMES)}, or a path.")
