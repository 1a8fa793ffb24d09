import numpy as np
import pytest

from zoo.bijectors.affine import Affine
from zoo.bijectors.coupled import Coupled


@pytest.mark.parametrize("scaled", [True, False])
def test_what_stays_moves_the_others(scaled, rng):
    """Dimensions 2 and 0 stay; 1 and 3 are scaled by exp(u_2) and shifted by u_0."""

    def network(u):
        two, zero = u[..., :1], u[..., 1:]
        return np.concatenate([zero, zero], -1), np.concatenate([two, two], -1) if scaled else None

    step = Coupled(np.int32([2, 0, 1, 3]), 2, lambda u: Affine(*network(np.asarray(u))))
    u = rng.normal(size=(5, 4)).astype("float32")
    scale = np.exp(u[:, 2]) if scaled else np.ones(5)
    expected = np.stack([u[:, 0], u[:, 1] * scale + u[:, 0], u[:, 2], u[:, 3] * scale + u[:, 0]], axis=-1)
    assert np.allclose(step.forward(u), expected, atol=1e-5)
    assert np.allclose(step.forward_log_det_jacobian(u), 2 * np.log(scale), atol=1e-5)
    assert np.allclose(step.inverse(expected.astype("float32")), u, atol=1e-5)
