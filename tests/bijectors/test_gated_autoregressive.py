import numpy as np
import pytest
from keras import ops

from zoo.bijectors.gated_autoregressive import GatedAutoregressive
from zoo.networks.made import MADE


@pytest.fixture
def step(rng):
    made = MADE((16, 16), outputs=2, activation="tanh", output_scale=3.0)
    made(np.zeros([1, 4]))
    return GatedAutoregressive(made, gate_bias=1.0)


def test_log_det_is_that_of_the_numeric_jacobian(step, rng):
    z = rng.normal(size=4).astype("float32")
    h = 1e-2
    forward = lambda z: np.asarray(step.forward(ops.convert_to_tensor(z[None].astype("float32"))), "float64")[0]  # noqa: E731
    jacobian = np.stack([(forward(z + h * e) - forward(z - h * e)) / (2 * h) for e in np.eye(4)], axis=-1)
    sign, log_det = np.linalg.slogdet(jacobian)
    assert sign == 1
    assert np.allclose(step.forward_log_det_jacobian(ops.convert_to_tensor(z[None])), log_det, atol=2e-3)


def test_forward_is_its_formula(step, rng):
    z = rng.normal(size=(5, 4)).astype("float32")
    output = np.asarray(step._network(z))
    sigma = 1 / (1 + np.exp(-(output[..., 1] + 1.0)))
    assert np.allclose(step.forward(z), sigma * z + (1 - sigma) * output[..., 0], atol=1e-5)


def test_the_inverse_undoes_it(step, rng):
    z = rng.normal(size=(5, 4)).astype("float32")
    y = np.array(step.forward(z))  # a copy: TFP would hand back the z that it remembers for this very y
    assert np.allclose(step.inverse(y), z, atol=1e-4)
    assert np.allclose(step.inverse_log_det_jacobian(y), -np.asarray(step.forward_log_det_jacobian(z)), atol=1e-4)


def test_drawing_and_its_density_take_one_pass_of_the_network():
    calls = []

    def network(z):
        calls.append(1)
        return ops.zeros((*z.shape, 2))

    step = GatedAutoregressive(network)
    z = ops.ones([2, 3])
    step.forward(z)
    step.forward_log_det_jacobian(z)
    assert len(calls) == 1


def test_a_closed_gate_loses_nothing_to_overflow():
    step = GatedAutoregressive(lambda z: ops.full((*z.shape, 2), -1000.0))
    assert np.allclose(step.forward_log_det_jacobian(ops.ones([1, 2])), -2 * 999.0)


def test_what_one_step_has_computed_is_no_other_steps(step):
    """TFP remembers the z that a y was made of, for bijectors of the same parameters."""
    y = step.forward(ops.convert_to_tensor([[0.5, -1.0, 2.0, 0.0]]))
    doubling = GatedAutoregressive(lambda z: ops.concatenate([0 * z[..., None], 0 * z[..., None]], -1), gate_bias=0.0)
    assert np.allclose(doubling.inverse(y), 2 * np.asarray(y), atol=1e-6)
