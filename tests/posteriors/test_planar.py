import numpy as np
import pytest

import zoo
from tests.flows import bent, check_it_is_the_gaussian, check_log_q, silence
from zoo.errors import InputError
from zoo.evaluation.likelihood.elbo_surgery import elbo_surgery
from zoo.posteriors.planar import Planar
from zoo.priors.vamp import Vamp


@pytest.mark.parametrize("latent_dim", [1, 2, 3, 5])
def test_log_q_of_a_draw_is_the_bases_less_the_jacobians_slogdet(latent_dim):
    check_log_q(*bent(Planar, latent_dim, steps=3))


def test_with_no_push_it_is_the_gaussian():
    """With w'u = log(e - 1) and u along w."""
    posterior, x = bent(Planar, 2, steps=2)
    silence(posterior, "of_steps")
    w = np.array([0.3, -0.4])
    posterior.of_steps.bias.assign(np.tile([*(np.log(np.e - 1) * w / 0.25), *w, 0.7], 2))
    check_it_is_the_gaussian(posterior, x)


def test_a_prior_of_its_densities_is_refused():
    posterior, _ = bent(Planar, 2, steps=1)
    prior = Vamp(posterior, (2, 2, 1), components=3)
    with pytest.raises(InputError, match="a flow of Planar steps gives the density of its own draws alone"):
        prior().log_prob(np.zeros([5, 2], "float32"))


def test_an_elbo_taken_apart_says_why_it_is_not(images):
    vae = zoo.build("planar_vae", image_shape=(8, 8, 1), latent_dim=2, units=(4,), steps=1)
    with pytest.raises(InputError, match="a flow of Planar steps gives the density of its own draws alone"):
        elbo_surgery(vae, images[:3])


def test_a_size_that_is_none_is_refused():
    with pytest.raises(InputError, match="steps is 0"):
        bent(Planar, 2, steps=0)
