import keras
import numpy as np
import pytest

import zoo
from tests.penalties.by_hand import autoencoder
from zoo.errors import InputError
from zoo.penalties.mmd_to_prior import MMDToPrior
from zoo.priors.standard_normal import StandardNormal


def with_prior():
    model = autoencoder()
    return model.replace(prior=StandardNormal(model.latent_dim))


def test_codes_of_the_prior_cost_nothing_and_others_do(rng):
    model, penalty = with_prior(), MMDToPrior(weight=2.0)
    x = np.zeros([1000, 2, 3, 1], "float32")
    z = rng.normal(size=(1000, model.latent_dim)).astype("float32")
    near, far = (np.asarray(penalty(model, x, each)) for each in (z, 0.3 * z + 1))
    assert near.shape == (1000,) and np.ptp(near) == 0
    # As often below zero as above: its size is what the thousand leave to chance.
    assert abs(near[0]) < 0.05 < 0.5 < far[0]
    assert np.allclose(penalty(model, x, z), near) and np.allclose(MMDToPrior(weight=1.0)(model, x, z), near / 2)


def test_draws_are_fresh_in_training(rng):
    model, penalty = with_prior(), MMDToPrior()
    x, z = np.zeros([20, 2, 3, 1], "float32"), rng.normal(size=(20, model.latent_dim)).astype("float32")
    assert not np.allclose(*(penalty(model, x, z, training=True) for _ in range(2)))


def test_without_a_prior_it_is_refused():
    model = autoencoder()
    with pytest.raises(InputError, match="no prior"):
        MMDToPrior()(model, np.zeros([2, 2, 3, 1]), np.zeros([2, model.latent_dim], "float32"))
    with pytest.raises(InputError, match="weight is 0"):
        MMDToPrior(weight=0)


@pytest.mark.long
def test_training_brings_the_codes_to_the_prior(images):
    def spread(**kwargs):
        keras.utils.set_random_seed(0)
        model = zoo.build("wae_mmd", image_shape=(8, 8, 1), latent_dim=2, filters=(8,), **kwargs)
        model.compile(keras.optimizers.Adam(0.01))
        model.fit(images, epochs=20, batch_size=100, verbose=0)
        z = np.asarray(model.encode(images))
        return float(np.abs(z.mean(0)).max()), z.std(0)

    mean, deviations = spread(weight=100.0)
    assert mean < 0.3 and (np.abs(deviations - 1) < 0.3).all()
    mean, deviations = spread(weight=1e-6)
    assert mean > 0.3 or (np.abs(deviations - 1) > 0.3).any()
