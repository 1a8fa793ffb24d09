import numpy as np
import pytest

from tests.flows import bent, check_it_is_the_gaussian, silence
from zoo.errors import InputError
from zoo.posteriors.householder_sylvester import HouseholderSylvester
from zoo.posteriors.orthogonal_sylvester import OrthogonalSylvester
from zoo.posteriors.triangular_sylvester import TriangularSylvester

KINDS = {
    HouseholderSylvester: {"reflections": 2},
    OrthogonalSylvester: {"columns": 2},
    TriangularSylvester: {},
}


@pytest.fixture(params=KINDS, ids=lambda kind: kind.__name__)
def posterior_and_x(request):
    return bent(request.param, 3, steps=2, **KINDS[request.param])


def test_without_pushes_it_is_the_gaussian(posterior_and_x):
    """R = 0; with S, b and Q as they are it is, and so it is with all numbers 0."""
    posterior, x = posterior_and_x
    silence(posterior, "of_steps")
    check_it_is_the_gaussian(posterior, x)


def test_the_density_of_another_z_is_refused(posterior_and_x):
    posterior, x = posterior_and_x
    with pytest.raises(InputError, match="Sylvester steps gives the density of its own draws alone"):
        posterior(x).log_prob(np.zeros([2, 3], "float32"))


def test_numbers_that_are_large_leave_finite_figures(posterior_and_x):
    from zoo.random import draw_and_log_prob, key

    posterior, x = posterior_and_x
    posterior.of_steps.set_weights([1e3 * w for w in posterior.of_steps.get_weights()])
    z, log_q = draw_and_log_prob(posterior(x), key(1), (100,))
    assert np.isfinite(z).all() and np.isfinite(log_q).all()
