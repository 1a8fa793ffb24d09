import numpy as np
from keras import ops

from zoo.numerics.gradient import gradient
from zoo.numerics.path import path


def test_the_gradient_is_that_through_z_alone():
    """f(z; w) = sum sin(w z) with z = w e: the whole slope by w is cos(w z) (z + w e), of which the first isn't its."""
    e, w = np.float32([[0.3, -1.2], [0.8, 0.5]]), ops.convert_to_tensor(np.float32([0.7, 1.9]))

    def value(w):
        z = w * e
        return path(lambda z: ops.sum(ops.sin(w * z), -1), z, ops.sum(ops.sin(w * z), -1))

    z = np.asarray(w) * e
    assert np.allclose(value(w), np.sin(np.asarray(w) * z).sum(-1))
    assert np.allclose(gradient(value, w), (np.cos(np.asarray(w) * z) * np.asarray(w) * e).sum(0), atol=1e-6)
