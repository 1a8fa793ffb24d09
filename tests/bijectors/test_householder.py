import numpy as np
import pytest

from zoo.bijectors.householder import Householder, reflected


@pytest.mark.parametrize("length", [1e-29, 1e-15, 1.0, 1e15])
def test_it_is_the_matrix_of_a_reflection(length, rng):
    v = rng.normal(size=(3, 4))
    matrices = np.eye(4) - 2 * v[:, :, None] * v[:, None, :] / np.sum(v**2, axis=-1)[:, None, None]
    assert np.allclose(np.linalg.det(matrices), -1)
    z = rng.normal(size=(5, 3, 4)).astype("float32")
    found = Householder((length * v).astype("float32")).forward(z)
    assert np.allclose(found, np.einsum("bij,sbj->sbi", matrices, z), atol=1e-5)
    assert np.allclose(np.linalg.norm(found, axis=-1), np.linalg.norm(z, axis=-1), atol=1e-5)


def test_it_is_its_own_inverse_and_keeps_volumes(rng):
    step, z = Householder(rng.normal(size=(3, 4)).astype("float32")), rng.normal(size=(5, 3, 4)).astype("float32")
    assert np.allclose(step.inverse(np.array(step.forward(z))), z, atol=1e-5)
    assert np.array_equal(step.forward_log_det_jacobian(z), np.zeros([5, 3]))


@pytest.mark.parametrize("v", [0.0, 1e-38])
def test_of_no_direction_z_stays(v):
    z = np.ones([2, 3], "float32")
    assert np.array_equal(reflected(z, np.full([2, 3], v, "float32")), z)


def test_the_gradient_is_that_of_the_formula(rng):
    from keras import ops

    from zoo.numerics.gradient import gradient

    z, a = (rng.normal(size=3).astype("float32") for _ in range(2))
    v, h = rng.normal(size=3), 1e-5

    def value(v):
        return a @ z - 2 * (a @ v) * (v @ z) / (v @ v)

    expected = [(value(v + h * e) - value(v - h * e)) / (2 * h) for e in np.eye(3)]
    found = gradient(lambda v: ops.sum(a * reflected(z, v), axis=-1), ops.convert_to_tensor(v.astype("float32")))
    assert np.allclose(found, expected, atol=1e-4)
