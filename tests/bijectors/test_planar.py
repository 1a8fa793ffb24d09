import numpy as np
import pytest
from keras import ops

from zoo.bijectors.planar import Planar, planar_direction


def test_the_direction_is_the_papers():
    """Divided by |w| in place of its square it has w'v = -2.7951, where two z have the same z'."""
    v = np.asarray(planar_direction(np.float32([-30, 0]), np.float32([0.1, 0])))
    assert np.allclose(v, [-9.514126, 0], atol=1e-5)
    assert float(v @ [0.1, 0]) == pytest.approx(-0.951413, abs=1e-6)


def test_no_two_z_have_the_same_end_whatever_u_is(rng):
    u, w = (10 * rng.normal(size=(1000, 3)).astype("float32") for _ in range(2))
    slope = 1 + np.sum(w * np.asarray(planar_direction(u, w)), axis=-1)
    assert (slope > 0).all() and slope.min() < 1e-2
    axis = np.linspace(-3, 3, 601, dtype="float32")[:, None]
    for a in (-200.0, -3.0, 0.0, 3.0):
        v = planar_direction(np.float32([a]), np.float32([1]))
        z = np.asarray(Planar(v, np.float32([1]), np.float32(0)).forward(axis))[:, 0]
        assert (np.diff(z) > 0).all(), a


def test_a_step_is_the_identity_where_softplus_is_1():
    w = np.float32([[0.3, -0.4]])
    u = np.log(np.e - 1) * w / 0.25
    z = np.float32([[1.0, 2.0]])
    step = Planar(planar_direction(u.astype("float32"), w), w, np.float32([0.1]))
    assert np.allclose(step.forward(z), z, atol=1e-6)
    assert np.allclose(step.forward_log_det_jacobian(z), 0, atol=1e-6)


@pytest.mark.parametrize(("u", "w"), [(0.0, 0.0), (1e3, 0.0), (-1e4, 1.0), (1e4, 1e4), (-1e4, 1e-8), (1e-30, 1e-30)])
def test_no_numbers_make_it_nan(u, w):
    u, w = np.full([1, 3], u, "float32"), np.full([1, 3], w, "float32")
    step, z = Planar(planar_direction(u, w), w, ops.zeros([1])), np.zeros([1, 3], "float32")
    assert np.isfinite(step.forward(z)).all() and np.isfinite(step.forward_log_det_jacobian(z)).all()
