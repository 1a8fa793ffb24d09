import keras
import numpy as np
from scipy.stats import bernoulli

import zoo
from tests.linear_gaussian import LinearGaussian
from zoo.objectives.step_elbo import step_elbo


def of(steps, **kwargs):
    keras.utils.set_random_seed(0)
    return zoo.build("sequential_vae", image_shape=(4, 4, 1), latent_dim=2, steps=steps, units=(8,), **kwargs)


def images(rng, count=50):
    return (rng.random((count, 4, 4, 1)) < 0.3).astype("float32")


def test_it_is_the_log_probability_by_each_step_less_the_price_of_all_codes(rng):
    vae, x = of(3), images(rng)
    found, densities = step_elbo(vae, x, num_samples=2)
    expected = -np.asarray(densities.kl)
    for step in range(3):
        logits = np.stack([np.asarray(vae.likelihood.decoder.steps(z)[:, step]) for z in densities.z])
        expected = expected + bernoulli(1 / (1 + np.exp(-logits))).logpmf(x).sum(axis=(2, 3, 4)).mean(axis=0)
    assert np.allclose(found, expected, atol=1e-3)
    # Of probabilities, it is below the last step's own bound.
    assert (np.asarray(found) < np.asarray(densities.log_likelihood - densities.kl)).all()


def test_one_step_and_a_decoder_without_steps_have_the_elbo(rng):
    for vae, x in ((of(1), images(rng)), (LinearGaussian().vae, LinearGaussian().x)):
        found, densities = step_elbo(vae, x)
        assert np.allclose(found, densities.log_likelihood - densities.kl, atol=1e-4)


def test_every_step_learns(rng):
    vae = of(2)
    before = [[np.array(w) for w in f.get_weights()] for f in vae.likelihood.decoder.decoders]
    vae.compile("adam")
    history = vae.fit(images(rng), epochs=2, verbose=0).history
    assert np.isfinite(history["loss"]).all() and set(history) == {"loss", "elbo", "log_likelihood", "kl"}
    for f, weights in zip(vae.likelihood.decoder.decoders, before, strict=True):
        assert not any(np.array_equal(a, b) for a, b in zip(f.get_weights(), weights, strict=True))
