import numpy as np
import pytest

from tests.flows import bent, check_log_q
from zoo.posteriors.householder_sylvester import HouseholderSylvester


@pytest.mark.parametrize("latent_dim", [1, 2, 3, 5])
def test_log_q_of_a_draw_is_the_bases_less_the_jacobians_slogdet(latent_dim):
    check_log_q(*bent(HouseholderSylvester, latent_dim, steps=3, reflections=2))


def test_its_two_functions_are_an_orthogonal_matrix_and_its_transpose(rng):
    posterior, _ = bent(HouseholderSylvester, 3, steps=1, reflections=2)
    into, out = posterior.basis(rng.normal(size=(1, 6)).astype("float32"), 0)
    eye = np.eye(3, dtype="float32")[:, None]
    Q = np.asarray(out(eye))[:, 0].T
    assert np.allclose(Q.T @ Q, np.eye(3), atol=1e-5) and np.linalg.det(Q) == pytest.approx(1, abs=1e-5)
    assert np.allclose(np.asarray(into(eye))[:, 0].T, Q.T, atol=1e-6)
