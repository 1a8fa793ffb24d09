"""What every corruption keeps."""

import keras
import numpy as np


def check_corruption(layer):
    """It spoils images anew each time, each image by itself, by the seed, and in training alone."""
    x = np.repeat(np.random.default_rng(0).random([1, 8, 8, 1]), 5, axis=0).astype("float32")
    assert np.array_equal(layer(x), x) and np.array_equal(layer(x, training=False), x)
    first, second = (np.asarray(layer(x, training=True)) for _ in range(2))
    assert not np.allclose(first, second) and not np.allclose(first[0], first[1])
    found = []
    for _ in range(2):
        keras.utils.set_random_seed(3)
        found.append(np.asarray(type(layer).from_config(layer.get_config())(x, training=True)))
    assert np.array_equal(*found)
