import numpy as np
import pytest

from tests.linear_gaussian import LinearGaussian
from zoo.errors import InputError
from zoo.evaluation.likelihood.posterior_samples import posterior_samples


def test_its_moments_are_the_exact_posteriors_and_its_acceptance_is_what_was_asked_for():
    """From a q that is off and knows no correlations."""
    model = LinearGaussian(error=2.0, correlated=True)
    x = model.x[:4]
    found = posterior_samples(model.vae, x, num_chains=1000, steps=40, adapting=60, leapfrog_steps=3, step_size=0.25)
    mean = np.linalg.solve(model.precision, model.W.T @ (x.reshape(4, -1) - model.b).T / 0.7**2).T
    off = found.z.astype("float64") - mean  # [K, N, D]
    covariance = np.linalg.inv(model.precision)
    assert np.abs(covariance[0, 1]) > 0.02
    assert (np.abs(off.mean(axis=0)) < 4.5 * np.sqrt(np.diag(covariance) / 1000)).all()
    products = off[..., :, None] * off[..., None, :]
    assert (np.abs(products.mean(axis=0) - covariance) < 4.5 * products.std(axis=0) / np.sqrt(1000)).all()
    assert (np.abs(found.acceptance - 0.65) < 0.15).all()
    assert (found.step_size > 0.4).all()
    # Under the exact posterior E[log p(x, z)] = log p(x) - its entropy.
    entropy = 0.5 * np.linalg.slogdet(2 * np.pi * np.e * covariance)[1]
    assert np.allclose(found.end, model.log_px(x) - entropy, atol=0.2)
    assert found.summary()["gain"] > 0.5


def test_without_adaptation_the_step_size_is_what_was_given():
    model = LinearGaussian()
    found = posterior_samples(model.vae, model.x, num_chains=2, steps=2, adapting=0, step_size=0.03)
    assert np.allclose(found.step_size, 0.03)
    again = posterior_samples(model.vae, model.x, num_chains=2, steps=2, adapting=0, step_size=0.03)
    assert np.array_equal(found.z, again.z)


def test_what_can_not_be_is_refused():
    model = LinearGaussian()
    with pytest.raises(InputError, match="num_chains is 0"):
        posterior_samples(model.vae, model.x, num_chains=0)
    with pytest.raises(InputError, match="adapting is -1"):
        posterior_samples(model.vae, model.x, adapting=-1)
