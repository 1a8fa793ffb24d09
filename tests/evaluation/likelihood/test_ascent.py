import numpy as np
import pytest
from keras import ops

from tests.linear_gaussian import LinearGaussian
from zoo.errors import InputError
from zoo.evaluation.likelihood.ascent import ascent, step_and_hessian


def test_the_entropy_changes_by_the_log_determinant_and_the_bounds_are_those_of_the_gaussians():
    """Of a quadratic log p(x, z) a Gaussian stays one: z - m -> (I - e P)(z - m)."""
    model = LinearGaussian(error=2.0, correlated=True)
    e, steps, x = 0.05, 8, model.x[:5]
    found = ascent(model.vae, x, steps, e, num_samples=2000)
    A = np.eye(2) - e * model.precision
    assert np.allclose(found.entropy, np.arange(steps + 1)[:, None] * np.linalg.slogdet(A)[1], atol=1e-3)
    off, covariance = model.error / np.sqrt(np.diag(model.precision)), np.diag(1 / np.diag(model.precision))
    for bound in found.bounds:
        kl = 0.5 * (off @ model.precision @ off + np.trace(model.precision @ covariance) - 2)
        kl -= 0.5 * np.linalg.slogdet(model.precision @ covariance)[1]
        assert np.allclose(bound, model.log_px(x) - kl, atol=0.25)
        assert (bound < model.log_px(x) + 0.1).all()
        off, covariance = A @ off, A @ covariance @ A.T
    assert 0 < found.best < steps, "from far off it gains at first, and then what it loses in entropy is more"
    assert not found.folded.any()
    assert found.summary()["best"] == pytest.approx(found.bounds[found.best].mean())


def test_a_step_beyond_the_curvature_is_told():
    model = LinearGaussian()
    assert ascent(model.vae, model.x, steps=1, step_size=1.01 / np.diag(model.precision).max()).folded.all()
    assert not ascent(model.vae, model.x, steps=1, step_size=0.99 / np.diag(model.precision).max()).folded.any()


def test_the_hessian_is_that_of_differences(rng):
    def joint(z):
        return ops.sin(z[..., 0] * z[..., 1]) - z[..., 2] ** 4 + z[..., 0] * z[..., 2]

    z = rng.normal(size=(2, 3, 3)).astype("float32")
    _, hessian = step_and_hessian(joint, ops.convert_to_tensor(z), 0.1)
    a, b, c = (z[..., d].astype("float64") for d in range(3))
    expected = np.zeros([2, 3, 3, 3])
    expected[..., 0, 0], expected[..., 1, 1] = -(b**2) * np.sin(a * b), -(a**2) * np.sin(a * b)
    expected[..., 0, 1] = expected[..., 1, 0] = np.cos(a * b) - a * b * np.sin(a * b)
    expected[..., 2, 2], expected[..., 0, 2], expected[..., 2, 0] = -12 * c**2, 1, 1
    assert np.allclose(hessian, expected, atol=1e-4)


def test_what_can_not_be_is_refused():
    model = LinearGaussian()
    with pytest.raises(InputError, match="step_size is 0"):
        ascent(model.vae, model.x, step_size=0)
    with pytest.raises(InputError, match="steps is 0"):
        ascent(model.vae, model.x, steps=0)
