"""What Keras makes of a model: what its networks are told, what is added to its loss, on how many replicas."""

from functools import partial

import keras
import numpy as np
import pytest

from zoo.autoencoder import Autoencoder
from zoo.errors import InputError
from zoo.likelihoods.bernoulli import Bernoulli
from zoo.objectives.beta_elbo import beta_elbo
from zoo.objectives.elbo import elbo
from zoo.objectives.free_bits import free_bits
from zoo.objectives.iwae import iwae
from zoo.posteriors.gaussian import Gaussian
from zoo.posteriors.iaf import IAF
from zoo.priors.standard_normal import StandardNormal
from zoo.vae import VAE

SHAPE = (4, 4, 1)


class Watch(keras.layers.Layer):
    """Gives back what it is given, and keeps what it was told of training."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.told = set()

    def call(self, x, training=None):
        self.told.add(training)
        return x


def networks(in_encoder, in_decoder):
    """An encoder and a decoder with a layer of one's own at the end of the one and at the beginning of the other."""
    encoder = keras.Sequential([keras.Input(SHAPE), keras.layers.Flatten(), keras.layers.Dense(5), in_encoder])
    decoder = [keras.Input((2,)), in_decoder, keras.layers.Dense(16), keras.layers.Reshape(SHAPE)]
    return encoder, keras.Sequential(decoder)


def vae(in_encoder, in_decoder, objective=elbo, posterior=Gaussian):
    encoder, decoder = networks(in_encoder, in_decoder)
    return VAE(StandardNormal(2), posterior(encoder, 2), Bernoulli(decoder), objective)


def autoencoder(in_encoder, in_decoder):
    encoder, decoder = networks(in_encoder, in_decoder)
    return Autoencoder(keras.Sequential([encoder, keras.layers.Dense(2)]), decoder)


MODELS = {
    "elbo": vae,
    "several samples": partial(vae, objective=partial(elbo, num_samples=3)),
    "beta_elbo": partial(vae, objective=beta_elbo),
    "free_bits": partial(vae, objective=free_bits),
    "iwae": partial(vae, objective=partial(iwae, num_samples=3)),
    "chosen samples": partial(vae, objective=partial(iwae, num_samples=3, gradient_samples=1)),
    "flow": partial(vae, posterior=partial(IAF, steps=1, units=(4,))),
    "autoencoder": autoencoder,
}


@pytest.fixture
def x(rng):
    return (rng.random((12, *SHAPE)) < 0.3).astype("float32")


@pytest.mark.parametrize("name", MODELS)
def test_the_networks_are_told_whether_they_are_trained(name, x):
    watches = Watch(), Watch()
    model = MODELS[name](*watches)
    # Step by step, and not at the first one, before which Keras may call the model to learn its shapes.
    model.compile("sgd", run_eagerly=True)
    model.fit(x, verbose=0)

    def told(call):
        for watch in watches:
            watch.told.clear()
        call()
        return [watch.told for watch in watches]

    assert told(lambda: model.fit(x, verbose=0)) == [{True}, {True}]
    assert told(lambda: model.evaluate(x, verbose=0)) == [{False}, {False}]
    assert told(lambda: model.predict(x, verbose=0)) == [{False}, {False}]
    assert told(lambda: model(x, training=True)) == [{True}, {True}]
    assert told(lambda: model.train_on_batch(x)) == [{True}, {True}]
    assert not any(set().union(*told(lambda: model.reconstruct(x))))
    if name != "autoencoder":
        assert told(lambda: model.log_px(x, seed=0, num_samples=2)) == [{False}, {False}]
        assert told(lambda: model.log_densities(x, training=True)) == [{True}, {True}]


def test_an_objective_that_can_not_hand_training_on_is_refused():
    def bound(vae, x, num_samples=1):
        return elbo(vae, x, num_samples=num_samples)

    for objective in (bound, partial(bound, num_samples=2)):
        with pytest.raises(InputError, match="objective is bound, but takes no `training`"):
            vae(Watch(), Watch(), objective)


@pytest.mark.parametrize("make", [vae, autoencoder])
def test_batch_normalization_counts_each_image_of_a_step_once(make, x):
    """After one step the moving mean is (1 - momentum) times the batch's; evaluation and prediction leave it there."""
    normalization = keras.layers.BatchNormalization(momentum=0.9)
    model = make(normalization, Watch())
    model.build((None, *SHAPE))
    dense = (model.posterior.encoder if make is vae else model.encoder.layers[0]).layers[1]
    expected = 0.1 * np.asarray(dense(x.reshape(12, 16))).mean(axis=0)
    model.compile("sgd")
    model.fit(x, batch_size=12, verbose=0)
    found = np.array(normalization.moving_mean)
    assert np.allclose(found, expected, atol=1e-6)
    model.evaluate(x, verbose=0)
    model.predict(x, verbose=0)
    assert np.array_equal(normalization.moving_mean, found)
