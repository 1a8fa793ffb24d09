import numpy as np
import pytest

import zoo
from zoo.errors import InputError
from zoo.networks.mlp import mlp_encoder
from zoo.posteriors.von_mises_fisher import MOST, VonMisesFisher
from zoo.priors.standard_normal import StandardNormal
from zoo.random import draw, key


def test_extreme_features_and_none_give_a_density_all_the_same():
    posterior = VonMisesFisher(mlp_encoder((2, 2, 1), (4,)), latent_dim=3)
    posterior.build((None, 2, 2, 1))
    for size in (-1e30, 0.0, 1e30):
        posterior.direction.set_weights([np.zeros([4, 3]), np.array([size, 0, -size])])
        posterior.concentration.set_weights([np.zeros([4, 1]), np.array([size])])
        q = posterior(np.ones([1, 2, 2, 1], "float32"))
        assert 0 <= float(q.concentration[0]) <= MOST
        z = draw(q, key(0), (10,))
        assert np.allclose(np.linalg.norm(z, axis=-1), 1, atol=1e-5)
        assert np.isfinite(q.log_prob(z)).all()


def test_the_kl_of_a_model_is_its_draws():
    """The closed form is one number for all dimensions."""
    vae = zoo.build("hyperspherical_vae", image_shape=(2, 2, 1), latent_dim=5, units=(4,))
    x = (np.random.default_rng(0).random((3, 2, 2, 1)) < 0.5).astype("float32")
    densities = vae.log_densities(x, 4000, seed=key(1))
    assert densities.kl_per_dimension.shape == (3, 1)
    found = np.asarray(densities.posterior - densities.prior, "float64")
    assert (np.abs(found.mean(0) - densities.kl) < 4.5 * found.std(0) / np.sqrt(len(found)) + 1e-5).all()
    assert np.allclose(np.linalg.norm(vae.encode(x), axis=-1), 1, atol=1e-5)


def test_a_sphere_is_no_place_for_what_needs_reals():
    from zoo.evaluation.likelihood.ais import annealed_importance_sampling
    from zoo.evaluation.likelihood.gaps import inference_gaps
    from zoo.fitting.ex_post import fit_mixture_prior

    vae = zoo.build("hyperspherical_vae", image_shape=(2, 2, 1), latent_dim=2, units=(4,))
    x = np.ones([1, 2, 2, 1], "float32")
    for call in (annealed_importance_sampling, inference_gaps, fit_mixture_prior):
        with pytest.raises(InputError, match=r"has codes in the unit sphere, but .* needs them in R\^D"):
            call(vae, x)
    with pytest.raises(InputError, match=r"prior has codes in R\^D, and posterior in the unit sphere"):
        vae.replace(prior=StandardNormal(2))


def test_a_sphere_of_two_points_is_refused():
    with pytest.raises(InputError, match="latent_dim is 1, but must be an integer of at least 2"):
        VonMisesFisher(mlp_encoder((2, 2, 1)), latent_dim=1)
