import numpy as np
import pytest

from tests.flows import bent, check_density, check_it_is_the_gaussian, check_log_q
from zoo.errors import InputError
from zoo.posteriors.nice import NICE
from zoo.random import draw, draw_and_log_prob, key

SMALL = {"steps": 3, "units": (6,), "context_dim": 4}


@pytest.mark.parametrize("latent_dim", [2, 3, 5])
def test_log_q_of_a_draw_is_the_bases_less_the_jacobians_slogdet(latent_dim):
    posterior, x = bent(NICE, latent_dim, **SMALL)
    check_log_q(posterior, x)
    check_density(posterior, x)


def test_it_keeps_volumes_and_moves_z():
    posterior, x = bent(NICE, 3, **SMALL)
    q = posterior(x)
    z, log_q = draw_and_log_prob(q, key(1), (4,))
    u = draw(q.distribution, key(1), (4,))
    assert np.allclose(log_q, q.distribution.log_prob(u), atol=1e-4)
    assert (np.abs(np.asarray(z) - u) > 1e-3).all()


def test_it_starts_as_the_gaussian():
    check_it_is_the_gaussian(*bent(NICE, 3, spread=0.0, **SMALL))


def test_a_single_dimension_is_refused():
    with pytest.raises(InputError, match="latent_dim is 1"):
        bent(NICE, 1)
