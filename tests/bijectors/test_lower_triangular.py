import numpy as np
import pytest
from scipy import stats
from scipy.linalg import solve_triangular

from zoo.bijectors.lower_triangular import LowerTriangular


@pytest.mark.parametrize("size", [1, 2, 5])
def test_it_is_a_shift_and_a_product_and_its_inverse_solves(size, rng):
    lower = np.tril(rng.normal(size=(3, size, size)))
    lower[:, range(size), range(size)] = np.exp(rng.normal(size=(3, size)))
    loc, u = rng.normal(size=(3, size)), rng.normal(size=(4, 3, size)).astype("float32")
    step = LowerTriangular(loc.astype("float32"), lower.astype("float32"))
    z = np.array(step.forward(u))
    assert np.allclose(z, loc + np.einsum("bij,sbj->sbi", lower, u), atol=1e-5)
    assert np.allclose(step.forward_log_det_jacobian(u), np.broadcast_to(np.linalg.slogdet(lower)[1], (4, 3)))
    expected = [[solve_triangular(lower[b], z[s, b] - loc[b], lower=True) for b in range(3)] for s in range(4)]
    assert np.allclose(step.inverse(z), expected, atol=1e-3)


def test_a_scale_by_two_has_its_sign():
    """Which shifts and rotations don't show."""
    step = LowerTriangular(np.zeros([3], "float32"), 2 * np.eye(3, dtype="float32"))
    z = np.ones([1, 3], "float32")
    assert float(step.forward_log_det_jacobian(z)[0]) == pytest.approx(2.079442, abs=1e-5)
    assert float(step.inverse_log_det_jacobian(z)[0]) == pytest.approx(-2.079442, abs=1e-5)
    density = stats.norm.logpdf([0.5] * 3).sum() - 2.079442
    assert stats.multivariate_normal(np.zeros(3), 4 * np.eye(3)).logpdf(np.ones(3)) == pytest.approx(density, abs=1e-5)
