import pytest

from tests.flows import bent, check_density, check_it_is_the_gaussian, check_log_q
from zoo.errors import InputError
from zoo.posteriors.radial import Radial


@pytest.mark.parametrize("latent_dim", [1, 2, 3, 5])
def test_log_q_of_a_draw_is_the_bases_less_the_jacobians_slogdet(latent_dim):
    posterior, x = bent(Radial, latent_dim, steps=3)
    check_log_q(posterior, x)
    check_density(posterior, x)


def test_where_alpha_is_gamma_it_is_the_gaussian():
    posterior, x = bent(Radial, 2, steps=2)
    kernel, bias = posterior.of_steps.get_weights()
    for step in (0, 1):
        kernel[:, 4 * step + 2], bias[4 * step + 2] = kernel[:, 4 * step + 3], bias[4 * step + 3]
    posterior.of_steps.set_weights([kernel, bias])
    check_it_is_the_gaussian(posterior, x)


def test_a_size_that_is_none_is_refused():
    with pytest.raises(InputError, match="steps is 0"):
        bent(Radial, 2, steps=0)
