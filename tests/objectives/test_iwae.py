from functools import partial

import keras
import numpy as np
import pytest
from keras import ops
from scipy.special import logsumexp

import zoo
from tests.linear_gaussian import LinearGaussian
from zoo.objectives.iwae import iwae


@pytest.mark.parametrize("k", [1, 5, 50])
def test_with_the_exact_posterior_every_weight_is_px(k):
    model = LinearGaussian()
    assert np.allclose(iwae(model.vae, model.x, num_samples=k)[0], model.log_px(model.x), atol=2e-4)


def test_it_is_the_log_of_the_mean_of_its_own_weights():
    model = LinearGaussian(error=1.0)
    bound, d = iwae(model.vae, model.x, num_samples=50)
    log_weight = np.asarray(d.likelihood) + np.asarray(d.prior) - np.asarray(d.posterior)
    assert np.allclose(bound, logsumexp(log_weight, axis=0) - np.log(50), atol=1e-4)


def test_it_grows_with_k_towards_log_px():
    model = LinearGaussian(error=1.0)
    # Each image many times, with draws of its own.
    x = np.repeat(model.x, 300, axis=0)
    truth = model.log_px(x)
    gaps = [np.mean(truth - np.asarray(iwae(model.vae, x, num_samples=k)[0])) for k in (1, 5, 50)]
    assert gaps[0] == pytest.approx(1.0, abs=0.1)  # KL(q || p(z|x)) = error^2 2 / 2
    assert gaps[0] > gaps[1] > gaps[2] > 0


def ascending(vae, num_samples=20, **arguments):
    """The VAE, trained by gradient ascent on the bound."""
    vae = vae.replace(objective=partial(iwae, num_samples=num_samples, **arguments))
    vae.compile(keras.optimizers.SGD(1.0))
    return vae


def step(vae, weights, x, seed):
    """The bound that a step of gradient ascent began with, and by how much the step changed each weight."""
    vae.set_weights(weights)
    vae.seed_generator.state.assign(ops.convert_to_tensor([seed, 0], vae.seed_generator.state.dtype))
    before = trained(vae)
    loss, *_ = vae.train_on_batch(x)
    return float(loss), trained(vae) - before


def trained(vae):
    return np.concatenate([ops.convert_to_numpy(weight).ravel() for weight in vae.trainable_weights])


@pytest.mark.parametrize("m", [1, 4])
def test_the_gradient_of_chosen_samples_is_that_of_all(m):
    model = LinearGaussian(error=1.0)
    weights, x = model.vae.get_weights(), np.repeat(model.x[:5], 400, axis=0)
    differences, gradients = [], []
    every, some = ascending(model.vae), ascending(model.vae, gradient_samples=m)
    for seed in range(12):
        # The same draws of z: the two differ by the choice alone.
        bound, full = step(every, weights, x, seed)
        same, chosen = step(some, weights, x, seed)
        assert same == pytest.approx(bound, abs=1e-5)
        differences.append(chosen - full)
        gradients.append(full)
    error = np.std(differences, axis=0, ddof=1) / np.sqrt(12) + 1e-6
    mean = np.mean(differences, axis=0)
    assert np.mean(np.abs(mean) < 3 * error) > 0.9
    assert np.linalg.norm(mean) < 0.05 * np.linalg.norm(np.mean(gradients, axis=0))


def test_one_sample_of_one_has_the_whole_gradient_of_black_and_white_pixels(rng):
    """The pass that chooses takes the pixels' densities in one kernel; the gradient goes through both passes' z."""
    vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=3, units=(10,))
    weights, x = vae.get_weights(), (rng.random((4, 8, 8, 1)) < 0.5).astype("float32")
    bound, whole = step(ascending(vae, 1), weights, x, seed=5)
    same, chosen = step(ascending(vae, 1, gradient_samples=1), weights, x, seed=5)
    assert same == pytest.approx(bound, rel=1e-5)
    assert np.allclose(chosen, whole, rtol=1e-4, atol=1e-5)
