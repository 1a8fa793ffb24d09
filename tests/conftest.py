"""What all tests share: quiet start-up, and the same random weights each time."""

import os
import tempfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import pytest

# Exports are signed with a key of the tests' own, not the user's.
_KEY = tempfile.TemporaryDirectory(prefix="zoo-key-")
os.environ.setdefault("ZOO_KEY", os.path.join(_KEY.name, "key"))


@pytest.fixture(autouse=True)
def _same_weights_each_time():
    keras.utils.set_random_seed(0)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def images(rng):
    """64 black-and-white images, 8x8x1."""
    return (rng.random((64, 8, 8, 1)) < 0.3).astype("float32")


tensorflow_only = pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="a TensorFlow feature")
jax_only = pytest.mark.skipif(keras.backend.backend() != "jax", reason="a JAX feature")
