import numpy as np
import pytest

from zoo.bijectors.masked_autoregressive import MaskedAutoregressive
from zoo.networks.made import MADE


@pytest.fixture
def step():
    made = MADE((16,), outputs=2, activation="tanh", output_scale=3.0)
    made(np.zeros([1, 4]))
    return MaskedAutoregressive(made)


def test_each_dimension_goes_by_those_drawn_before(step, rng):
    u = rng.normal(size=(5, 4)).astype("float32")
    z = np.array(step.forward(u))
    output = np.asarray(step._network(z))
    assert np.allclose(z, u * np.exp(2 * np.tanh(output[..., 1] / 2)) + output[..., 0], atol=1e-4)
    assert np.allclose(step.inverse(z), u, atol=1e-4)


def test_log_det_is_that_of_the_numeric_jacobian(step, rng):
    u, h, eye = rng.normal(size=4).astype("float32"), 5e-3, np.eye(4, dtype="float32")
    above, below = (np.asarray(step.forward(u + sign * h * eye), "float64") for sign in (1, -1))
    sign, expected = np.linalg.slogdet((above - below) / (2 * h))
    assert sign == 1
    assert np.allclose(step.forward_log_det_jacobian(u[None]), expected, atol=5e-3)
    z = np.array(step.forward(u[None]))
    assert np.allclose(step.inverse_log_det_jacobian(z), -expected, atol=5e-3)
