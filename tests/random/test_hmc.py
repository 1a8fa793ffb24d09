import numpy as np
import pytest
from keras import ops

from zoo.random import hmc_step, key, normal

COVARIANCE = np.array([[1.0, 0.6], [0.6, 0.5]])


def log_density(z):
    precision = ops.convert_to_tensor(np.linalg.inv(COVARIANCE), "float32")
    return -ops.sum(ops.matmul(z, precision) * z, axis=-1) / 2


def test_it_leaves_the_density_as_it_is_whatever_the_step_size():
    """One step of 20,000 exact draws: of a small step size, where all move, and of a large one, where some stay."""
    exact = np.asarray(normal(key(1), (20_000, 2, 2))) @ np.linalg.cholesky(COVARIANCE).T.astype("float32")
    sizes = ops.convert_to_tensor([0.1, 0.6])
    z, share = hmc_step(log_density, ops.convert_to_tensor(exact), sizes, 5, key(2))
    z, share = np.asarray(z, "float64"), np.asarray(share)
    assert share[0] > 0.98 and 0.8 < share[1] < 0.96
    assert np.mean(np.any(z != exact, axis=-1), axis=0) == pytest.approx(share, abs=1e-4)
    for image in range(2):
        products = z[:, image, :, None] * z[:, image, None, :]
        error = products.std(axis=0) / np.sqrt(len(z))
        assert (np.abs(products.mean(axis=0) - COVARIANCE) < 4.5 * error).all()


def test_the_same_key_gives_the_same_step():
    z = ops.ones([5, 3, 2])
    first, again, other = (hmc_step(log_density, z, ops.full([3], 0.1), 3, key(n))[0] for n in (1, 1, 2))
    assert np.array_equal(first, again) and not np.allclose(first, other)
