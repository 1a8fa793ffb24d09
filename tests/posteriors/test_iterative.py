import keras
import numpy as np
import pytest
from keras import ops

from tests.gradients import check_gradients
from tests.linear_gaussian import LinearGaussian
from zoo.errors import InputError
from zoo.networks.mlp import mlp_encoder
from zoo.posteriors.gaussian import Gaussian
from zoo.posteriors.iterative import Iterative


def linear_gaussian(steps, begins_at_zero=False):
    """The model, with an untrained encoder and a network that makes moves."""
    model = LinearGaussian(posterior=lambda encoder, size: Iterative(Gaussian(encoder, size), steps, units=8))
    if not begins_at_zero:
        rng, head = np.random.default_rng(2), model.vae.posterior.head
        head.set_weights([0.3 * rng.normal(size=w.shape) for w in head.get_weights()])
    return model


def test_its_updates_are_the_networks(rng):
    posterior = linear_gaussian(steps=1).vae.posterior
    s, g = rng.normal(size=(2, 5, 4))
    W, b, V, c = (w.astype("float64") for w in (*posterior.hidden.get_weights(), *posterior.head.get_weights()))
    h = np.concatenate([s, np.sign(g) * np.log1p(np.abs(g))], axis=1) @ W + b
    move, gate = np.split(np.where(h > 0, h, np.expm1(h)) @ V + c, 2, axis=1)
    found = posterior.update(*(ops.convert_to_tensor(each, "float32") for each in (s, g)))
    assert np.allclose(found, s + move / (1 + np.exp(-gate)), atol=1e-5)


def test_it_begins_at_the_encoders_gaussian():
    model = linear_gaussian(steps=3, begins_at_zero=True)
    q, initial = model.vae.infer(model.x), model.vae.posterior.initial(model.x)
    assert np.array_equal(q.mean(), initial.mean()) and np.array_equal(q.stddev(), initial.stddev())


def test_training_moves_the_network_and_the_encoder_through_the_steps():
    check_gradients(linear_gaussian(steps=2).vae, LinearGaussian().x)


@pytest.mark.long
def test_it_learns_to_improve_what_a_frozen_encoder_says():
    model = linear_gaussian(steps=4, begins_at_zero=True)
    vae = model.vae
    vae.likelihood.trainable = vae.posterior.initial.trainable = False
    x = model.draw(np.random.default_rng(3), 1000)
    others = model.draw(np.random.default_rng(4), 200)

    def gap():
        densities = vae.log_densities(others, 50, seed=np.array([0, 1], "int32"))
        return np.mean(model.log_px(others) - np.asarray(densities.log_weight))

    before = gap()
    vae.compile(keras.optimizers.Adam(0.01))
    vae.fit(x, batch_size=100, epochs=40, verbose=0)
    assert gap() < 0.05 < 1 < before


def test_what_can_not_be_is_refused():
    with pytest.raises(InputError, match="units is 0"):
        Iterative(Gaussian(mlp_encoder((8, 8, 1), (8,)), latent_dim=2), units=0)
