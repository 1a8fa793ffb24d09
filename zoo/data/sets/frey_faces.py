"""28x20 grey frames of one face on video: 1565 / 200 / 200, picked at random."""

import numpy as np

from zoo.data.source import read_npz, require
from zoo.data.splits import Split, Splits


def frey_faces():
    """`Splits` of 1565 / 200 / 200 images, 28x20x1.

    Neighbouring frames are alike and fall on both sides, as in the literature: a test image has a near twin to train
    on. The sizes are those of the VampPrior's code; the permutation is our own, and fixed.

    References:
        Roweis and Saul 2000, "Nonlinear Dimensionality Reduction by Locally Linear Embedding".
    """
    (x,) = read_npz(require("frey_faces", "frey_faces.npz"), "x")
    x = x[np.random.default_rng(0).permutation(len(x))][..., None]
    return Splits(Split(x[:1565]), Split(x[1565:1765]), Split(x[1765:]))
