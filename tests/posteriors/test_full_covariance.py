import numpy as np
import pytest
from scipy import stats

from tests.flows import bent, check_density, check_it_is_the_gaussian, silence
from tests.linear_gaussian import SCALE, LinearGaussian
from zoo.distributions.diagonal_normal import raw_scale
from zoo.networks.linear_encoder import LinearEncoder
from zoo.networks.mlp import mlp_encoder
from zoo.posteriors.full_covariance import FullCovariance
from zoo.random import draw, draw_and_log_prob, key


def exact(latent_dim=3):
    """A linear-Gaussian model with its exact, correlated posterior."""
    model = LinearGaussian(latent_dim, posterior=FullCovariance, correlated=True)
    gain = model.W @ np.linalg.inv(model.precision) / SCALE**2
    lower = np.linalg.cholesky(np.linalg.inv(model.precision))
    posterior, bias = model.vae.posterior, np.concatenate([-model.b @ gain, raw_scale(np.diag(lower))])
    posterior.head.set_weights([np.concatenate([gain, np.zeros_like(gain)], axis=1), bias])
    silence(posterior, "of_lower")
    posterior.of_lower.bias.assign(lower[np.tril_indices(latent_dim, -1)])
    return model


def test_of_the_exact_posterior_every_weight_is_p_of_x():
    model = exact()
    log_weight = np.asarray(model.vae.log_densities(model.x, 50, seed=key(1)).log_weight)
    assert np.allclose(log_weight, model.log_px(model.x), atol=2e-3)
    # Which no diagonal one has.
    assert LinearGaussian(3, correlated=True).family_gap > 0.01


@pytest.mark.parametrize("latent_dim", [1, 2, 5])
def test_its_density_is_scipys_and_its_draws_have_the_covariance(latent_dim):
    posterior, x = bent(FullCovariance, latent_dim)
    q = posterior(x)
    z, log_q = draw_and_log_prob(q, key(1), (3,))
    loc, lower = np.asarray(q.bijector._loc), np.asarray(q.bijector._lower, "float64")
    for image in range(2):
        expected = stats.multivariate_normal(loc[image], lower[image] @ lower[image].T)
        assert np.allclose(np.asarray(log_q)[:, image], expected.logpdf(np.asarray(z)[:, image]), atol=1e-3)
    check_density(posterior, x)
    many = np.asarray(draw(q, key(2), (20_000,)), "float64")[:, 0]
    covariance = lower[0] @ lower[0].T
    variance = np.diag(covariance)
    error = np.sqrt((covariance**2 + np.outer(variance, variance)) / 20_000)
    assert (np.abs(np.cov(many.T).reshape(latent_dim, -1) - covariance) < 5 * error).all()


def test_with_nothing_below_the_diagonal_it_is_the_gaussian():
    posterior, x = bent(FullCovariance, 3)
    silence(posterior, "of_lower")
    check_it_is_the_gaussian(posterior, x)


def test_it_begins_as_the_gaussian_that_a_linear_start_says(rng):
    posterior = FullCovariance(LinearEncoder(mlp_encoder((2, 2, 1), units=(4,)), 2), 2)
    posterior.build((None, 2, 2, 1))
    kernel, loc, scale = rng.normal(size=(4, 2)), rng.normal(size=2), np.array([0.5, 2.0])
    posterior.begin_with(kernel, loc, scale)
    x = rng.normal(size=(3, 2, 2, 1)).astype("float32")
    q = posterior(x)
    assert np.allclose(q.bijector._loc, x.reshape(3, 4) @ kernel + loc, atol=1e-4)
    assert np.allclose(q.bijector._lower, np.broadcast_to(np.diag(scale), (3, 2, 2)), atol=1e-4)


def test_the_kl_of_a_scale_by_two_is_the_closed_form():
    """With the prior at the noise in place of z it were -0.693147, with the other sign of log 2 2.193147."""
    posterior, x = bent(FullCovariance, 1)
    silence(posterior, "head")
    posterior.head.bias.assign(np.concatenate([np.zeros(1), raw_scale(np.full(1, 2.0))]))
    z, log_q = (np.asarray(each, "float64") for each in draw_and_log_prob(posterior(x), key(1), (20_000,)))
    each = log_q - stats.norm.logpdf(z[..., 0])
    assert np.allclose(each, 1.5 * (z[..., 0] / 2) ** 2 - np.log(2), atol=1e-4)
    assert each.mean() == pytest.approx(0.806853, abs=5 * each.std() / np.sqrt(each.size))
