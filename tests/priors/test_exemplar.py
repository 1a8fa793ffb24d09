import keras
import numpy as np
import pytest
from scipy import stats
from scipy.special import logsumexp

import zoo
from zoo.errors import InputError
from zoo.posteriors.gaussian import Gaussian
from zoo.priors.exemplar import Exemplar
from zoo.random import draw, key

SHAPE = (2, 3, 1)


def exemplar(images, **kwargs):
    posterior = Gaussian(keras.Sequential([keras.Input(SHAPE), keras.layers.Flatten()]), 2)
    prior = Exemplar(posterior, SHAPE, len(images), **kwargs)
    prior.build()
    prior.start_from(images)
    return prior


def test_one_exemplar_is_a_gaussian_around_its_posteriors_mean(rng):
    images = rng.random((1, *SHAPE)).astype("float32")
    prior = exemplar(images)
    prior.raw_scale.assign(np.log(np.expm1(0.7 - 1e-2)))
    mean = np.asarray(prior.posterior(images).mean())
    z = rng.normal(size=(5, 2)).astype("float32")
    assert np.allclose(prior().log_prob(z), stats.norm.logpdf(z, mean, 0.7).sum(1), atol=1e-5)


def test_it_is_the_mixture_of_them_and_not_of_the_posteriors(rng):
    images = rng.random((4, *SHAPE)).astype("float32")
    prior = exemplar(images)
    q = prior.posterior(images)
    mean, z = np.asarray(q.mean()), rng.normal(size=(5, 2)).astype("float32")
    each = stats.norm.logpdf(z[:, None], mean, 1.01).sum(-1) - np.log(4)
    assert np.allclose(prior.log_components(z), each, atol=1e-4)
    assert np.allclose(prior().log_prob(z), logsumexp(each, axis=1), atol=1e-4)
    assert not np.allclose(np.asarray(q.stddev()), 1.01, atol=0.1)


def test_draws_are_those_of_the_mixture(rng):
    prior = exemplar(np.stack([np.full(SHAPE, -2.0), np.full(SHAPE, 2.0)]), range=None)
    mean = np.asarray(prior.posterior(np.asarray(prior.exemplars)).mean())
    z = np.asarray(draw(prior(), key(3), (20_000,)), "float64")
    cdf = stats.norm.cdf(z[:, :1], mean[:, 0], 1.01).mean(1)
    assert stats.kstest(cdf, "uniform").pvalue > 1e-3


def test_the_images_stay_as_they_are_and_the_rest_is_trained(images, tmp_path):
    vae = zoo.build("exemplar_vae", image_shape=(8, 8, 1), latent_dim=2, units=(8,), components=5)
    vae.start_from(images, seed=3)
    kept = np.asarray(vae.prior.exemplars)
    rows = {int(np.flatnonzero((images == u).all(axis=(1, 2, 3)))[0]) for u in kept}
    assert len(rows) == 5 and vae.training_images == 5
    scale = float(vae.prior.raw_scale)
    vae.compile("adam")
    vae.fit(images, epochs=2, batch_size=16, verbose=0)
    assert np.array_equal(vae.prior.exemplars, kept)
    assert float(vae.prior.raw_scale) != scale
    vae.save(tmp_path / "vae.keras")
    assert np.array_equal(zoo.load(tmp_path / "vae.keras").prior.exemplars, kept)


def test_too_few_images_are_refused(images):
    vae = zoo.build("exemplar_vae", image_shape=(8, 8, 1), latent_dim=2, units=(8,), components=5)
    with pytest.raises(InputError, match="components is 5, but there are 4 images"):
        vae.start_from(images[:4])


def test_a_model_without_exemplars_has_no_training_images_in_it():
    for name in ("vamp_vae", "autoencoder"):
        assert zoo.build(name, image_shape=(8, 8, 1), latent_dim=2).training_images == 0
