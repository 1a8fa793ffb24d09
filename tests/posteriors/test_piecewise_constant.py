import numpy as np
import pytest

import zoo
from zoo.errors import InputError
from zoo.networks.mlp import mlp_encoder
from zoo.posteriors.piecewise_constant import PiecewiseConstant
from zoo.priors.bernoulli import Bernoulli


def test_extreme_features_give_a_density_all_the_same():
    posterior = PiecewiseConstant(mlp_encoder((2, 2, 1), (4,)), latent_dim=2, pieces=3)
    posterior.build((None, 2, 2, 1))
    for size in (-1e30, 1e30):
        posterior.head.set_weights([np.zeros([4, 6]), np.array([size, 0, 0, 0, 0, size])])
        q = posterior(np.ones([1, 2, 2, 1], "float32"))
        assert np.isfinite(q.log_prob(np.array([[0.1, 0.9]], "float32"))).all()


def test_a_cube_is_no_place_for_what_needs_reals():
    from zoo.evaluation.likelihood.ais import annealed_importance_sampling
    from zoo.evaluation.likelihood.gaps import inference_gaps
    from zoo.fitting.ex_post import fit_mixture_prior

    vae = zoo.build("piecewise_vae", image_shape=(2, 2, 1), latent_dim=2, units=(4,))
    x = np.ones([1, 2, 2, 1], "float32")
    for call in (annealed_importance_sampling, inference_gaps, fit_mixture_prior):
        with pytest.raises(InputError, match=r"has codes in the cube, \[0, 1\]\^D, but .* needs them in R\^D"):
            call(vae, x)
    with pytest.raises(InputError, match=r"prior has codes in bits, \{0, 1\}\^D, and posterior in the cube"):
        vae.replace(prior=Bernoulli(2))
    code = np.asarray(vae.encode(x))
    assert (code > 0).all() and (code < 1).all()


@pytest.mark.parametrize("given", [{"latent_dim": 0}, {"pieces": 1}])
def test_what_can_not_be_built_is_refused(given):
    with pytest.raises(InputError, match=f"{next(iter(given))} is"):
        PiecewiseConstant(mlp_encoder((2, 2, 1)), **{"latent_dim": 2, "pieces": 3} | given)
