import numpy as np
import pytest
from scipy.linalg import polar

from tests.flows import bent, check_log_q
from zoo.errors import InputError
from zoo.posteriors.orthogonal_sylvester import OrthogonalSylvester, orthogonalized


@pytest.mark.parametrize(("latent_dim", "columns"), [(1, 1), (2, 1), (3, 2), (5, 2), (5, 5)])
def test_log_q_of_a_draw_is_the_bases_less_the_jacobians_slogdet(latent_dim, columns):
    check_log_q(*bent(OrthogonalSylvester, latent_dim, steps=3, columns=columns))


@pytest.mark.parametrize(("size", "columns"), [(1, 1), (5, 2), (64, 32), (40, 40)])
def test_it_is_the_orthogonal_factor(size, columns, rng):
    matrices = rng.normal(size=(3, size, columns)).astype("float32")
    Q = np.asarray(orthogonalized(matrices))
    assert np.allclose(np.swapaxes(Q, 1, 2) @ Q, np.eye(columns), atol=1e-5)
    if columns < size:
        assert np.allclose(Q, [polar(each.astype("float64"))[0] for each in matrices], atol=1e-4)


def test_a_small_singular_value_is_made_1(rng):
    left, right = np.linalg.qr(rng.normal(size=(5, 5)))[0][:, :3], np.linalg.qr(rng.normal(size=(3, 3)))[0]
    Q = np.asarray(orthogonalized((left @ np.diag([3.0, 1.0, 1e-3]) @ right).astype("float32")))
    assert np.allclose(Q.T @ Q, np.eye(3), atol=1e-5)
    assert np.allclose(Q, left @ right, atol=1e-3)


def test_nothing_is_made_of_nothing():
    assert np.array_equal(orthogonalized(np.zeros([3, 2], "float32")), np.zeros([3, 2]))


def test_more_columns_than_dimensions_are_refused():
    with pytest.raises(InputError, match="columns is 4, but at most 3"):
        bent(OrthogonalSylvester, 3, columns=4)
