import numpy as np
from keras import ops

from zoo.numerics.gradient import gradient
from zoo.numerics.unit_vector import unit_vector


def test_its_length_is_one_whatever_the_size(rng):
    x = rng.normal(size=(6, 5)).astype("float32")
    for scale in (1e-35, 1.0, 1e35):
        found = np.asarray(unit_vector(ops.convert_to_tensor(x * np.float32(scale))))
        assert np.allclose(found, x / np.linalg.norm(x, axis=-1, keepdims=True), atol=1e-6)
    assert np.array_equal(unit_vector(ops.zeros([2, 3])), [[1, 0, 0]] * 2)


def test_its_gradient_is_that_of_the_direction(rng):
    x, w = rng.normal(size=(2, 4)).astype("float32")

    def along(x):
        return ops.sum(unit_vector(x) * w)

    length = np.linalg.norm(x)
    expected = (w - (w @ x) * x / length**2) / length
    assert np.allclose(gradient(along, ops.convert_to_tensor(x)), expected, atol=1e-5)
    assert np.isfinite(np.asarray(gradient(along, ops.zeros([4])))).all()
