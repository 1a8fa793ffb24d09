import numpy as np
import pytest
from scipy import stats
from scipy.special import expit, logit

from zoo.bijectors.deep_sigmoidal import LEAST, DeepSigmoidal


def step(rng, size=3, sigmoids=4, scale=1.0):
    numbers = (scale * rng.normal(size=(size, 3 * sigmoids))).astype("float32")
    return DeepSigmoidal(lambda z: np.broadcast_to(numbers, (*z.shape, 3 * sigmoids))), np.split(
        numbers.astype("float64"), 3, axis=-1
    )


def test_it_is_its_formula(rng):
    """In float64, where logit and sigmoid have digits enough."""
    sigmoidal, (of_a, b, logits) = step(rng)
    z = rng.normal(size=(5, 3)).astype("float32")
    a = np.logaddexp(0, of_a + np.log(np.expm1(1 - LEAST))) + LEAST
    w = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)

    def curve(z):
        return logit(np.sum(w * expit(a * z[..., None] + b), axis=-1))

    assert np.allclose(sigmoidal.forward(z), curve(z.astype("float64")), atol=1e-5)
    near = z.astype("float64")
    slope = (curve(near + 1e-5) - curve(near - 1e-5)) / 2e-5
    assert np.allclose(sigmoidal.forward_log_det_jacobian(z), np.log(slope).sum(-1), atol=1e-4)


def test_of_zeros_it_is_the_identity():
    sigmoidal, z = step(np.random.default_rng(0), scale=0.0)[0], np.float32([[-30.0, 0.0, 1.5]])
    assert np.allclose(sigmoidal.forward(z), z, atol=1e-5)
    assert np.allclose(sigmoidal.forward_log_det_jacobian(z), 0, atol=1e-5)


@pytest.mark.parametrize("scale", [0.1, 1.0, 3.0])
def test_its_range_is_all_of_r_and_a_density_stays_one(scale, rng):
    """The trapezoids of N(z; 0, 1) / slope over z'."""
    sigmoidal, _ = step(rng, size=1, scale=scale)
    z = np.linspace(-12, 12, 4001, dtype="float32")[:, None]
    moved, log_slope = np.asarray(sigmoidal.forward(z), "float64")[:, 0], sigmoidal.forward_log_det_jacobian(z)
    density = np.exp(stats.norm.logpdf(z[:, 0]) - np.asarray(log_slope, "float64"))
    assert np.trapezoid(density, moved) == pytest.approx(1, abs=1e-3)
    far = np.asarray(sigmoidal.forward(np.float32([[-1e6], [1e6]])))
    assert far[0, 0] < -100 and far[1, 0] > 100


def test_no_numbers_make_it_nan(rng):
    for scale in (100.0, 1e4):
        sigmoidal, _ = step(rng, scale=scale)
        z = np.float32([[-1e4, 0.0, 1e4]])
        assert np.isfinite(sigmoidal.forward(z)).all() and np.isfinite(sigmoidal.forward_log_det_jacobian(z)).all()
