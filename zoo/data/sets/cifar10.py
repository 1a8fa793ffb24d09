"""32x32 colour photographs of 10 kinds of things: 50000 to train on, the last 400 held out to watch, 10000 to test."""

import numpy as np

from zoo.data.source import find, from_keras, read_npz
from zoo.data.splits import Split, holding_out


def cifar10():
    """`Splits` of 49600 / 400 / 10000 images, 32x32x3, with labels.

    References:
        Krizhevsky 2009, "Learning Multiple Layers of Features from Tiny Images".
    """
    folder = find("cifar10")
    if folder is None:
        (x_train, y_train), (x_test, y_test) = from_keras("cifar10")
    else:
        batches = [read_npz(folder / f"train_{i}.npz", "x", "y") for i in range(1, 6)]
        x_train, y_train = (np.concatenate(arrays) for arrays in zip(*batches, strict=True))
        x_test, y_test = read_npz(folder / "test.npz", "x", "y")
    return holding_out(Split(x_train, np.ravel(y_train)), Split(x_test, np.ravel(y_test)), 400)
