import keras
import numpy as np
import pytest
from keras import ops

import zoo
from tests.penalties.by_hand import autoencoder, jacobian
from zoo.autoencoder import Autoencoder
from zoo.errors import InputError
from zoo.networks.mlp import mlp_encoder
from zoo.networks.tied_decoder import TiedDecoder
from zoo.numerics.gradient import gradient
from zoo.penalties.contractive import contractive


def test_slopes_of_opposite_signs_dont_cancel():
    """W = [1, -1], b = 0, x = 0: each slope is a quarter, so that the squares' sum is 1/8."""
    encoder = mlp_encoder((1, 1, 2), (1,), "sigmoid")
    model = Autoencoder(encoder, TiedDecoder(encoder), range=None)
    model.build((None, 1, 1, 2))
    encoder.set_weights([np.array([[1.0], [-1.0]]), np.zeros(1)])
    x = np.zeros([1, 1, 1, 2], "float32")
    assert float(contractive(model, x, model.encode(x), weight=1.0)[0]) == pytest.approx(0.125, rel=1e-5)


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "softplus"])
def test_it_is_the_norm_of_the_jacobian(activation, rng):
    model = autoencoder(units=(3,), activation=activation)
    x = rng.normal(size=(4, 2, 3, 1)).astype("float32")
    expected = [np.sum(jacobian(model.encoder, each) ** 2) for each in x]
    assert np.allclose(contractive(model, x, model.encode(x), weight=0.5), 0.5 * np.array(expected), rtol=2e-3)


def test_it_has_a_gradient_of_its_own(rng):
    """Of one unit: d/dx (s'(a) |W|)^2 = 2 s'(a) s''(a) |W|^2 W, a = x W + b."""
    model = autoencoder(units=(1,), activation="sigmoid")
    x = rng.normal(size=(1, 2, 3, 1)).astype("float32")
    w, b = (np.asarray(each) for each in model.encoder.get_weights())
    s = 1 / (1 + np.exp(-(x.reshape(1, 6) @ w + b).item()))
    slope, curvature = s * (1 - s), s * (1 - s) * (1 - 2 * s)
    found = gradient(lambda x: contractive(model, x, None, weight=1.0), ops.convert_to_tensor(x))
    assert np.allclose(np.reshape(found, -1), 2 * slope * curvature * np.sum(w**2) * w[:, 0], rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize(
    ("units", "activation", "message"), [((4, 2), "tanh", "one dense layer"), ((2,), "softmax", "softmax")]
)
def test_another_encoder_is_refused(units, activation, message):
    model = autoencoder(units=units, activation=activation)
    with pytest.raises(InputError, match=message):
        contractive(model, np.zeros([1, 2, 3, 1], "float32"), None)


@pytest.mark.long
def test_training_contracts(images):
    norms = []
    for weight in (None, 10.0):
        keras.utils.set_random_seed(0)
        model = zoo.build("contractive_autoencoder", image_shape=(8, 8, 1), latent_dim=4, weight=weight)
        model.compile(keras.optimizers.Adam(0.01))
        model.fit(images, epochs=10, batch_size=16, verbose=0)
        norms.append(float(np.mean(contractive(model, images, None, weight=1.0))))
    assert norms[1] < 0.5 * norms[0]
