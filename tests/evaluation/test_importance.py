import numpy as np
import pytest
from scipy.special import logsumexp

import zoo
from tests.linear_gaussian import LinearGaussian
from zoo.errors import InputError
from zoo.evaluation.importance import active_units, importance_sampling
from zoo.likelihoods.bernoulli import Bernoulli
from zoo.random import fold_in, key


def test_with_the_exact_posterior_it_is_exact():
    model = LinearGaussian()
    result = importance_sampling(model.vae, model.x, num_samples=10)
    assert np.allclose(result.log_px, model.log_px(model.x), atol=2e-4)
    assert np.allclose(result.ess, 10, rtol=1e-3)


def test_with_a_posterior_that_is_off_the_truth_lies_within_its_error_bars():
    """The error of log mean w is var(w) / S / p(x)^2 to first order: sqrt(1/ess - 1/S) for each example."""
    model = LinearGaussian(error=0.7)
    result = importance_sampling(model.vae, model.x, num_samples=5000)
    error = np.sqrt(1 / result.ess - 1 / 5000)
    assert 100 < result.ess.mean() < 4900
    assert (np.abs(result.log_px - model.log_px(model.x)) < 4.5 * error).all()


def test_the_mean_over_many_test_images_is_within_its_standard_error_of_the_entropy():
    """E[log p(x)] under the model itself is known: minus the entropy of N(b, WW' + s^2 I)."""
    model = LinearGaussian()
    x = model.draw(np.random.default_rng(5), 5000)
    summary = importance_sampling(model.vae, x, num_samples=2).summary()
    covariance = model.W @ model.W.T + 0.7**2 * np.eye(6)
    entropy = 0.5 * np.linalg.slogdet(2 * np.pi * np.e * covariance)[1]
    assert abs(summary["log_px"] + entropy) < 4 * summary["log_px_se"]
    assert summary["log_px_se"] == pytest.approx(np.sqrt(6 / 2 / 5000), rel=0.1)


def test_elbo_and_its_terms_are_those_of_the_formula():
    model = LinearGaussian(error=1.0)
    result = importance_sampling(model.vae, model.x, num_samples=20_000)
    assert np.allclose(result.elbo, model.log_px(model.x) - 1.0, atol=0.06)
    closed = np.asarray(model.vae.log_densities(model.x).kl)
    assert np.allclose(result.kl, closed, atol=0.06)


@pytest.mark.parametrize("samples_per_step", [1, 7, 30, 100])
def test_the_stream_adds_up(samples_per_step):
    """Whatever the pieces, the figures are those of the same draws taken at once."""
    model = LinearGaussian(error=1.0)
    result = importance_sampling(model.vae, model.x, 30, seed=4, samples_per_step=samples_per_step)
    stream, log_weights = fold_in(key(4), 0), []
    for done in range(0, 30, samples_per_step):
        densities = model.vae.log_densities(model.x, samples_per_step, seed=fold_in(stream, done))
        log_weights.append(np.asarray(densities.log_weight, "float64")[: 30 - done])
    log_weight = np.concatenate(log_weights)
    assert np.allclose(result.log_px, logsumexp(log_weight, axis=0) - np.log(30), atol=1e-5)
    w = np.exp(log_weight - log_weight.max(axis=0))
    assert np.allclose(result.ess, w.sum(axis=0) ** 2 / (w**2).sum(axis=0), rtol=1e-4)
    assert np.allclose(result.elbo, log_weight.mean(axis=0), atol=1e-4)


def test_batches_of_different_sizes_and_one_image_alone():
    vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2)
    x = (np.random.default_rng(0).random((5, 8, 8, 1)) < 0.5).astype("float32")
    result = importance_sampling(vae, [x[:2], x[2:4], x[4:]], num_samples=3)
    assert result.log_px.shape == (5,)
    assert importance_sampling(vae, x[:1], num_samples=1).summary()["log_px_se"] is None


def test_nothing_underflows():
    """A decoder that is sure of the wrong pixels: log p(x) = -10000 each."""
    import keras

    model = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2)
    layer = model.likelihood.decoder.layers[-2]
    layer.set_weights([np.zeros(layer.kernel.shape), np.full(64, 1e4)])
    result = importance_sampling(model, np.zeros([2, 8, 8, 1]), num_samples=10)
    assert isinstance(model.likelihood, Bernoulli)
    assert np.allclose(result.log_px, -64e4, rtol=1e-5)
    assert np.isfinite(result.ess).all()
    assert keras.backend.backend() in ("tensorflow", "jax")


def test_active_units_are_those_whose_mean_moves(rng):
    code = rng.normal(size=(10_000, 3)) * [1.0, 0.11, 0.09]
    assert active_units(code) == 2


@pytest.mark.parametrize("count", [0, -1])
def test_no_samples_are_refused(count):
    with pytest.raises(InputError, match="num_samples is"):
        importance_sampling(LinearGaussian().vae, np.zeros([1, 2, 3, 1]), num_samples=count)


def test_no_images_are_refused():
    with pytest.raises(InputError, match="no images"):
        importance_sampling(LinearGaussian().vae, [])
