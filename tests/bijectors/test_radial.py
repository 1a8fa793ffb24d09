import numpy as np
import pytest

from zoo.bijectors.radial import Radial


def steps(rng, size, count=50):
    """Many steps of all kinds, and a z for each."""
    alpha, gamma = np.exp(2 * rng.normal(size=(2, count))).astype("float32")
    center, z = rng.normal(size=(2, count, size)).astype("float32")
    return Radial(center, alpha, gamma), center, alpha, gamma, z


def test_it_is_its_formula(rng):
    step, center, alpha, gamma, z = steps(rng, 3)
    r = np.linalg.norm(z - center, axis=-1)
    expected = z + ((gamma - alpha) / (alpha + r))[:, None] * (z - center)
    assert np.allclose(step.forward(z), expected, atol=1e-4)


@pytest.mark.parametrize("size", [1, 2, 5])
def test_log_det_is_that_of_the_numeric_jacobian(size, rng):
    step, _, _, _, z = steps(rng, size)
    h = 2e-3
    moved = h * np.eye(size, dtype="float32")[:, None]
    above, below = (np.asarray(step.forward(z + sign * moved), "float64") for sign in (1, -1))
    sign, expected = np.linalg.slogdet(np.moveaxis((above - below) / (2 * h), 0, -1))
    assert (sign == 1).all()
    assert np.allclose(step.forward_log_det_jacobian(z), expected, atol=2e-2)
    assert np.median(np.abs(np.asarray(step.forward_log_det_jacobian(z)) - expected)) < 1e-3


def test_the_inverse_undoes_it(rng):
    step, _, _, _, z = steps(rng, 3)
    y = np.array(step.forward(z))
    back = np.asarray(step.inverse(y))
    assert np.allclose(back, z, atol=1e-3)
    assert np.allclose(
        step.inverse_log_det_jacobian(np.array(y)), -np.asarray(step.forward_log_det_jacobian(z)), atol=1e-2
    )


def test_its_center_stays_and_makes_nothing_nan():
    step = Radial(np.ones([1, 3], "float32"), np.float32([1e-4]), np.float32([100.0]))
    z = np.ones([1, 3], "float32")
    assert np.allclose(step.forward(z), z) and np.allclose(step.inverse(np.array(z)), z)
    assert np.isfinite(step.forward_log_det_jacobian(z)).all()
