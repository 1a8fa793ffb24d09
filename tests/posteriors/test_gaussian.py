import keras
import numpy as np
from scipy import stats

from tests.linear_gaussian import LinearGaussian
from zoo.distributions.diagonal_normal import diagonal_normal
from zoo.networks.mlp import mlp_encoder
from zoo.posteriors.gaussian import Gaussian


def test_log_prob_is_scipys(rng):
    parameters = rng.normal(size=(1, 6)).astype("float32")
    loc, raw = np.split(parameters[0], 2)
    z = rng.normal(size=(5, 1, 3)).astype("float32")
    expected = stats.norm.logpdf(z[:, 0], loc, np.log1p(np.exp(raw)) + 1e-4).sum(axis=1)
    assert np.allclose(np.asarray(diagonal_normal(parameters).log_prob(z))[:, 0], expected, atol=1e-4)


def test_its_draws_are_properly_weighted():
    """The mean of p(x, z) / q(z|x) is p(x), for a q that is deliberately off."""
    model = LinearGaussian(error=0.5)
    densities = model.vae.log_densities(model.x, 20_000, seed=np.array([0, 1], "int32"))
    weights = np.exp(np.asarray(densities.log_weight, "float64") - model.log_px(model.x))
    error = weights.std(axis=0) / np.sqrt(len(weights))
    assert (np.abs(weights.mean(axis=0) - 1) < 4.5 * error).all()


def test_extreme_features_give_a_density_all_the_same():
    posterior = Gaussian(mlp_encoder((2, 2, 1)), latent_dim=2)
    posterior.build((None, 2, 2, 1))
    for size in (-1e30, 1e30):
        posterior.head.set_weights([np.zeros([500, 4]), np.full(4, size)])
        q = posterior(np.ones([1, 2, 2, 1], "float32"))
        assert np.isfinite(q.stddev()).all()
        assert np.isfinite(q.log_prob(q.mean())).all()


def test_densities_are_float32_when_the_networks_are_bfloat16():
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        posterior = Gaussian(mlp_encoder((2, 2, 1)), latent_dim=2)
    finally:
        keras.config.set_dtype_policy("float32")
    q = posterior(np.ones([1, 2, 2, 1], "float32"))
    assert keras.backend.standardize_dtype(q.mean().dtype) == "float32"
    assert keras.backend.standardize_dtype(posterior.head.compute_dtype) == "bfloat16"
