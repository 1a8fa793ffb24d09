import numpy as np
import pytest

from tests.binary_latents import CODES, BinaryLatents
from zoo.errors import InputError
from zoo.numerics.divergence import kl_per_dimension
from zoo.objectives.elbo import elbo
from zoo.objectives.nvil import NVIL
from zoo.random import key


def test_its_draws_are_properly_weighted():
    """The mean of p(x, z) / q(z|x) is p(x), known by enumeration, and so is what `log_px` says of many draws."""
    model = BinaryLatents()
    densities = model.vae.log_densities(model.x, 20_000, seed=key(3))
    weights = np.exp(np.asarray(densities.log_weight, "float64")[:, 0] - model.log_px)
    assert abs(weights.mean() - 1) < 4.5 * weights.std() / np.sqrt(len(weights))
    assert float(model.vae.log_px(model.x, 3, 20_000)[0]) == pytest.approx(model.log_px, abs=0.02)


def test_its_density_is_the_enumerated_one():
    model = BinaryLatents()
    log_joint, log_q = model.densities(model.weights)
    z = CODES[:, None].astype("float32")
    assert np.allclose(model.vae.infer(model.x).log_prob(z)[:, 0], log_q, atol=1e-5)
    assert np.allclose(np.asarray(sum(model.vae.log_joint(model.x, z)))[:, 0], log_joint, atol=1e-5)


def test_its_kl_has_a_closed_form():
    model = BinaryLatents()
    q, p = model.vae.infer(model.x), model.vae.prior()
    _, log_q = model.densities(model.weights)
    log_p = np.asarray(p.log_prob(CODES.astype("float32")))
    assert np.sum(kl_per_dimension(q, p)) == pytest.approx(np.sum(np.exp(log_q) * (log_q - log_p)), abs=1e-5)


def test_objectives_that_follow_draws_are_refused_and_those_that_score_them_elsewhere():
    import zoo

    with pytest.raises(InputError, match="have no gradient of their own: give nvil, vimco or wake_sleep"):
        BinaryLatents(elbo)
    with pytest.raises(InputError, match=r"objective is NVIL, .* give elbo or iwae"):
        zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2).replace(objective=NVIL())


def test_a_prior_that_lives_elsewhere_is_refused():
    from zoo.priors.standard_normal import StandardNormal

    with pytest.raises(InputError, match=r"prior has codes in R\^D, and posterior in bits"):
        BinaryLatents().vae.replace(prior=StandardNormal(2))


def test_what_moves_codes_in_small_steps_refuses_bits():
    from zoo.evaluation.likelihood.ais import annealed_importance_sampling, bidirectional_monte_carlo
    from zoo.evaluation.likelihood.gaps import inference_gaps
    from zoo.fitting.ex_post import fit_flow_prior, fit_mixture_prior

    model = BinaryLatents()
    for call in (annealed_importance_sampling, inference_gaps, fit_mixture_prior, fit_flow_prior):
        with pytest.raises(InputError, match=r"has codes in bits, \{0, 1\}\^D, but .* needs them in R\^D"):
            call(model.vae, model.x)
    with pytest.raises(InputError, match="has codes in bits"):
        bidirectional_monte_carlo(model.vae)
