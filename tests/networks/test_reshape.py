import numpy as np

from zoo.networks.reshape import Reshape


def test_the_order_is_kerass(rng):
    x = rng.normal(size=(4, 12)).astype("float32")
    assert np.array_equal(Reshape((2, 3, 2))(x), x.reshape(4, 2, 3, 2))
    assert tuple(Reshape((2, 6))(x[:0]).shape) == (0, 2, 6)
