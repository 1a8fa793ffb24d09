import numpy as np
import pytest

import zoo
from zoo.errors import InputError
from zoo.networks.mlp import mlp_encoder
from zoo.posteriors.wrapped_normal import REACH, WrappedNormal
from zoo.priors.standard_normal import StandardNormal
from zoo.random import draw, key


def test_extreme_features_give_a_density_all_the_same():
    posterior = WrappedNormal(mlp_encoder((2, 2, 1), (4,)), latent_dim=2)
    posterior.build((None, 2, 2, 1))
    for size in (-1e15, -100.0, 0.0, 100.0, 1e15):
        posterior.head.set_weights([np.zeros([4, 4]), np.array([size, -size, size, size])])
        q = posterior(np.ones([1, 2, 2, 1], "float32"))
        assert np.linalg.norm(q.loc) <= np.tanh(REACH / 2) + 1e-6
        z = np.asarray(draw(q, key(0), (50,)))
        assert (np.linalg.norm(z, axis=-1) < 1).all() and np.isfinite(q.log_prob(z)).all()


def test_a_ball_is_no_place_for_what_needs_reals():
    from zoo.evaluation.likelihood.ais import annealed_importance_sampling
    from zoo.evaluation.likelihood.gaps import inference_gaps
    from zoo.fitting.ex_post import fit_mixture_prior

    vae = zoo.build("poincare_vae", image_shape=(2, 2, 1), latent_dim=2, units=(4,))
    x = np.ones([1, 2, 2, 1], "float32")
    for call in (annealed_importance_sampling, inference_gaps, fit_mixture_prior):
        with pytest.raises(InputError, match=r"has codes in the unit ball, but .* needs them in R\^D"):
            call(vae, x)
    with pytest.raises(InputError, match=r"prior has codes in R\^D, and posterior in the unit ball"):
        vae.replace(prior=StandardNormal(2))
    assert np.linalg.norm(vae.encode(x)) < 1


def test_a_curvature_that_can_not_be_is_refused():
    with pytest.raises(InputError, match="curvature is -1, but must be a positive number"):
        WrappedNormal(mlp_encoder((2, 2, 1)), 2, curvature=-1)
