import functools

import numpy as np
import pytest

from tests.linear_gaussian import LinearGaussian
from zoo.objectives.elbo import elbo
from zoo.posteriors.iaf import IAF


def test_with_the_exact_posterior_it_is_log_px_on_average():
    model = LinearGaussian()
    bound, densities = elbo(model.vae, model.x, num_samples=20_000)
    error = np.asarray(densities.likelihood).std(axis=0) / np.sqrt(20_000)
    assert (np.abs(np.asarray(bound) - model.log_px(model.x)) < 4.5 * error).all()


@pytest.mark.parametrize("error", [0.5, 2.0])
def test_it_lacks_the_kl_between_posterior_and_exact_posterior(error):
    """log p(x) - ELBO = KL(q || p(z|x)), which for a mean off by `error` deviations in 2 dimensions is error^2."""
    model = LinearGaussian(error=error)
    bound, densities = elbo(model.vae, model.x, num_samples=20_000)
    noise = np.asarray(densities.likelihood).std(axis=0) / np.sqrt(20_000)
    assert (np.abs(model.log_px(model.x) - np.asarray(bound) - error**2) < 4.5 * noise).all()


def test_the_closed_form_is_what_the_samples_say():
    model = LinearGaussian(error=1.0)
    _, densities = elbo(model.vae, model.x, num_samples=20_000)
    difference = np.asarray(densities.posterior - densities.prior)
    assert (np.abs(np.asarray(densities.kl) - difference.mean(0)) < 4.5 * difference.std(0) / np.sqrt(20_000)).all()


def test_without_a_closed_form_the_samples_are_taken():
    model = LinearGaussian(posterior=functools.partial(IAF, units=(8,), context_dim=2))
    bound, densities = elbo(model.vae, model.x, num_samples=7)
    assert densities.kl_per_dimension is None
    assert np.allclose(bound, np.asarray(densities.log_weight).mean(axis=0), atol=1e-4)


def test_the_kl_weight_counts_the_kl_for_less_in_training_alone():
    model = LinearGaussian()
    model.vae.kl_weight.assign(0.25)
    for training, weight in ((True, 0.25), (False, 1.0)):
        objective, densities = elbo(model.vae, model.x, training)
        expected = np.asarray(densities.log_likelihood) - weight * np.asarray(densities.kl)
        assert np.allclose(objective, expected, atol=1e-5)
