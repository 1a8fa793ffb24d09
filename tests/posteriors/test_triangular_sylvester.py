import numpy as np
import pytest

from tests.flows import bent, check_log_q
from zoo.posteriors.triangular_sylvester import TriangularSylvester


@pytest.mark.parametrize("latent_dim", [1, 2, 3, 5])
def test_log_q_of_a_draw_is_the_bases_less_the_jacobians_slogdet(latent_dim):
    check_log_q(*bent(TriangularSylvester, latent_dim, steps=3))


def test_every_other_step_has_the_reversed_order():
    posterior, _ = bent(TriangularSylvester, 3, steps=2)
    z = np.float32([[1, 2, 3]])
    for number, expected in enumerate(([[1, 2, 3]], [[3, 2, 1]])):
        assert all(np.array_equal(function(z), expected) for function in posterior.basis(None, number))
