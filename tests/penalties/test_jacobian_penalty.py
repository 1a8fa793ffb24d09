"""Both penalties on Jacobians: their mean is the exact norm, and what they draw is fresh in training alone."""

import numpy as np
import pytest
from keras import ops

from tests.penalties.by_hand import autoencoder, jacobian
from zoo.errors import InputError
from zoo.numerics.gradient import gradient
from zoo.penalties.decoder_jacobian import DecoderJacobian
from zoo.penalties.encoder_jacobian import EncoderJacobian


@pytest.mark.parametrize("kind", [EncoderJacobian, DecoderJacobian])
def test_its_mean_is_the_norm_of_the_jacobian(kind, rng):
    model = autoencoder()
    x = rng.normal(size=(1, 2, 3, 1)).astype("float32")
    z = np.asarray(model.encode(x))
    network, at = (model.encoder, x[0]) if kind is EncoderJacobian else (model.decoder, z[0])
    exact = np.sum(jacobian(network, at) ** 2)
    many = 2000
    found = np.asarray(kind(weight=0.5)(model, np.repeat(x, many, axis=0), np.repeat(z, many, axis=0), training=True))
    assert found.std() > 0.01 * exact
    assert found.mean() == pytest.approx(0.5 * exact, rel=2e-3, abs=4 * found.std() / np.sqrt(many))


def test_of_each_image_it_is_that_images_own(rng):
    model = autoencoder(units=(4, 1))
    x = rng.normal(size=(3, 2, 3, 1)).astype("float32")
    # With one unit the sign is squared away: nothing is left to chance.
    found = EncoderJacobian(weight=1.0, projections=2)(model, x, model.encode(x), training=True)
    assert np.allclose(found, [np.sum(jacobian(model.encoder, each) ** 2) for each in x], rtol=5e-3)


def test_draws_are_fresh_in_training_and_the_same_in_evaluation(rng):
    model = autoencoder()
    x = rng.normal(size=(50, 2, 3, 1)).astype("float32")
    z, penalty = model.encode(x), EncoderJacobian()
    assert np.array_equal(*(penalty(model, x, z) for _ in range(2)))
    first, second = (np.asarray(penalty(model, x, z, training=True)) for _ in range(2))
    assert not np.allclose(first, second)


def test_more_projections_are_nearer():
    model = autoencoder()
    x = np.ones([500, 2, 3, 1], "float32")
    penalties = [EncoderJacobian(projections=s) for s in (1, 16)]
    spread = [np.std(np.asarray(each(model, x, model.encode(x), training=True))) for each in penalties]
    assert spread[1] == pytest.approx(spread[0] / 4, rel=0.3)


def test_it_has_a_gradient_of_its_own():
    """By differences of itself, with the draws of evaluation."""
    model, penalty = autoencoder(), EncoderJacobian(weight=1.0)
    x = np.full([1, 2, 3, 1], 0.3, "float32")
    z = model.encode(x)

    def of(x):
        return penalty(model, ops.reshape(x, (-1, 2, 3, 1)), z)

    found = gradient(of, ops.convert_to_tensor(x))
    assert np.allclose(np.reshape(found, -1), jacobian(of, x[0])[0], rtol=0.02, atol=1e-3)


@pytest.mark.parametrize(
    ("arguments", "message"), [({"weight": 0.0}, "weight is 0.0"), ({"projections": 0}, "projections is 0")]
)
def test_what_can_not_be_is_refused(arguments, message):
    with pytest.raises(InputError, match=message):
        EncoderJacobian(**arguments)
