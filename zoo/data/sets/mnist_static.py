"""MNIST, binarized once and for all by Larochelle and Murray: 50000 / 10000 / 10000 black-and-white images."""

import numpy as np

from zoo.data.source import read_npz, require
from zoo.data.splits import Split, Splits


def mnist_static():
    """`Splits` of 50000 / 10000 / 10000 images, 28x28x1, of 0 and 255.

    Figures on it compare with each other, and not with those of dynamically binarized MNIST.

    References:
        Larochelle and Murray 2011, "The Neural Autoregressive Distribution Estimator"; Salakhutdinov and Murray 2008,
        "On the Quantitative Analysis of Deep Belief Networks", for the binarization.
    """
    path = require("mnist_static", "mnist_static_binarized.npz")
    return Splits(*(Split(unpack(packed)) for packed in read_npz(path, "train_packed", "valid_packed", "test_packed")))


def unpack(packed):
    """28x28 black-and-white images, eight pixels in a byte, as uint8 `[N, 28, 28, 1]` of 0 and 255."""
    return np.unpackbits(packed, axis=1, count=784).reshape(-1, 28, 28, 1) * np.uint8(255)
