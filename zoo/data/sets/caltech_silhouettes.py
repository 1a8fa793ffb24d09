"""28x28 black-and-white silhouettes of 101 kinds of objects: 4100 / 2264 / 2307."""

from zoo.data.sets.mnist_static import unpack
from zoo.data.source import read_npz, require
from zoo.data.splits import Split, Splits


def caltech_silhouettes():
    """`Splits` of 4100 / 2264 / 2307 images, 28x28x1, of 0 and 255 (the object), with labels.

    References:
        Marlin et al. 2010, "Inductive Principles for Restricted Boltzmann Machine Learning".
    """
    path = require("caltech_silhouettes", "caltech101_silhouettes.npz")
    parts = (read_npz(path, f"x_{part}", f"y_{part}") for part in ("train", "val", "test"))
    return Splits(*(Split(unpack(packed), labels) for packed, labels in parts))
