"""28x28 grey articles of clothing: 60000 to train on, the last 400 of them held out to watch, and 10000 to test."""

import gzip

import numpy as np

from zoo.data.source import find, from_keras
from zoo.data.splits import Split, holding_out
from zoo.files.foreign import check_file, reading

#: Bytes: the set's largest file unpacks to 47 million.
LARGEST = 2**26


def fashion_mnist():
    """`Splits` of 59600 / 400 / 10000 images, 28x28x1, with labels.

    References:
        Xiao et al. 2017, "Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning Algorithms".
    """
    folder = find("fashion-mnist")
    if folder is None:
        (x_train, y_train), (x_test, y_test) = from_keras("fashion_mnist")
        return holding_out(Split(x_train[..., None], y_train), Split(x_test[..., None], y_test), 400)
    train, test = (
        Split(
            read_idx(folder / f"{part}-images-idx3-ubyte.gz")[..., None],
            read_idx(folder / f"{part}-labels-idx1-ubyte.gz"),
        )
        for part in ("train", "t10k")
    )
    return holding_out(train, test, 400)


def read_idx(path):
    """The uint8 array in a gzipped idx file.

    Raises:
        InputError: the file isn't a whole idx file of bytes.
    """
    check_file(path)
    with reading(path, "a whole gzipped idx file of bytes"):
        with gzip.open(path) as file:
            content = file.read(LARGEST)
        rank = content[3]
        shape = np.frombuffer(content, ">i4", rank, offset=4)
        if content[:3] != b"\0\0\x08":
            raise ValueError("not idx")
        return np.frombuffer(content, "uint8", offset=4 + 4 * rank).reshape(shape)
