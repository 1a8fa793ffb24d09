from functools import partial

import keras
import numpy as np
import pytest
from keras import ops

from tests.linear_gaussian import LinearGaussian
from zoo.errors import InputError
from zoo.objectives.hmc import HMC
from zoo.objectives.iwae import iwae


@keras.saving.register_keras_serializable(__name__)
def drawn_elbo(vae, x, training=False):
    """The ELBO of 400 draws, without a closed form."""
    densities = vae.log_densities(x, 400, training=training)
    return ops.mean(densities.log_weight, axis=0), densities


def gradients(objective):
    """The loss, and how a step moves the encoder's head and the decoder's, of q far off."""
    model = LinearGaussian(error=2.0, correlated=True, objective=objective)
    vae = model.vae
    vae.compile(keras.optimizers.SGD(1.0))
    vae.seed_generator.state.assign(ops.convert_to_tensor([3, 0], vae.seed_generator.state.dtype))
    weights = [*vae.posterior.head.weights, *vae.likelihood.trainable_weights]
    before = [np.array(w) for w in weights]
    loss, *_ = vae.train_on_batch(model.x)
    return model, float(loss), [np.asarray(w) - b for w, b in zip(weights, before, strict=True)]


def test_the_encoder_has_the_elbos_gradient_and_the_decoder_that_of_log_px():
    """Which the exact posterior's draws have: d log p(x) / d b = C^-1 (x - b)."""
    _, plain_loss, plain = gradients(drawn_elbo)
    model, loss, found = gradients(HMC(steps=12, leapfrog_steps=3, step_size=0.25, num_samples=400))
    assert loss == pytest.approx(plain_loss, abs=1e-3)
    for a, b in zip(found[:2], plain[:2], strict=True):
        assert np.allclose(a, b, atol=1e-3)
    covariance = model.W @ model.W.T + 0.7**2 * np.eye(6)
    exact = np.linalg.solve(covariance, (model.x.reshape(20, -1) - model.b).T).mean(axis=1)
    assert np.abs(plain[3] - exact).max() > 0.3, "the ELBO's is another"
    assert np.allclose(found[3], exact, atol=0.06)


def test_the_step_size_follows_the_acceptance():
    model = LinearGaussian(objective=HMC(steps=2, leapfrog_steps=3, step_size=0.001))
    model.vae.compile(keras.optimizers.SGD(0.0))
    model.vae.fit(np.tile(model.x, (5, 1, 1, 1)), batch_size=20, epochs=30, verbose=0)
    assert 0.1 < float(np.exp(np.asarray(model.vae.objective.log_size))) < 2


def test_evaluated_it_is_the_elbo():
    model = LinearGaussian(error=1.0, objective=HMC())
    seed, values = model.vae.seed_generator.state, []
    for objective in (model.vae.objective, partial(iwae, num_samples=1)):
        seed.assign(ops.convert_to_tensor([3, 0], seed.dtype))
        values.append(objective(model.vae, model.x)[0])
    assert np.allclose(*values, atol=1e-5)


def test_what_can_not_be_is_refused():
    with pytest.raises(InputError, match="steps is 0"):
        HMC(steps=0)
    with pytest.raises(InputError, match="step_size is -1"):
        HMC(step_size=-1)
