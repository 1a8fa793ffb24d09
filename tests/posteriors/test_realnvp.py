import numpy as np
import pytest

from tests.flows import bent, check_density, check_it_is_the_gaussian, check_log_q
from zoo.errors import InputError
from zoo.posteriors.realnvp import RealNVP

SMALL = {"steps": 3, "units": (6,), "context_dim": 4}


@pytest.mark.parametrize("latent_dim", [2, 3, 5])
def test_log_q_of_a_draw_is_the_bases_less_the_jacobians_slogdet(latent_dim):
    posterior, x = bent(RealNVP, latent_dim, **SMALL)
    check_log_q(posterior, x)
    check_density(posterior, x)


def test_each_image_has_a_flow_of_its_own():
    """Not a Gaussian of its own alone: from the same u they come to other places, by the context."""
    posterior, x = bent(RealNVP, 3, **SMALL)
    moved = np.asarray(posterior(x).bijector.forward(np.ones([1, 2, 3], "float32")))[0]
    assert (np.abs(moved[0] - moved[1]) > 1e-3).all()


def test_each_step_has_a_network_of_its_own():
    counts = [len(bent(RealNVP, 3, **SMALL | {"steps": steps})[0].weights) for steps in (1, 2, 3)]
    assert np.diff(counts).tolist() == [5, 5]


def test_it_starts_as_the_gaussian():
    check_it_is_the_gaussian(*bent(RealNVP, 3, spread=0.0, **SMALL))


def test_a_flow_has_a_prior_of_its_densities():
    from zoo.priors.vamp import Vamp

    posterior, x = bent(RealNVP, 2, **SMALL)
    prior = Vamp(posterior, (2, 2, 1), components=1, range=None)
    prior.build()
    prior.pseudo_inputs.assign(x[:1])
    z = np.random.default_rng(0).normal(size=(5, 1, 2)).astype("float32")
    assert np.allclose(prior().log_prob(z), posterior(x[:1]).log_prob(z), atol=1e-4)


def test_a_single_dimension_is_refused():
    with pytest.raises(InputError, match="latent_dim is 1"):
        bent(RealNVP, 1)
