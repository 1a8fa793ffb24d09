import keras
import numpy as np
import pytest
from keras import ops
from scipy.stats import entropy

import zoo
from zoo.numerics.gradient import gradient
from zoo.penalties.kl_to_rate import kl_to_rate


def of(columns, **kwargs):
    return np.asarray(kl_to_rate(None, None, ops.convert_to_tensor(np.array(columns, "float32")), **kwargs))


def test_it_is_of_the_batchs_mean_and_not_of_each_activation():
    assert np.allclose(of([[0.0], [1.0]], rate=0.5), 0.0, atol=1e-6)
    assert np.allclose(of([[0.2], [0.2]], rate=0.1), 0.036690, atol=1e-5)


def test_it_is_the_divergence_of_coins(rng):
    z = rng.random((50, 3)).astype("float32")
    expected = sum(entropy([0.3, 0.7], [m, 1 - m]) for m in z.mean(axis=0, dtype="float64"))
    assert np.allclose(of(z, rate=0.3, weight=2.0), 2 * expected, rtol=1e-4) and of(z).shape == (50,)


@pytest.mark.parametrize("value", [0.0, 1.0, 3.0, -2.0])
def test_activations_at_and_beyond_the_ends_cost_a_finite_amount(value):
    z = ops.convert_to_tensor(np.full([4, 2], value, "float32"))
    assert np.isfinite(kl_to_rate(None, None, z)).all() and np.min(kl_to_rate(None, None, z)) >= 0
    assert np.isfinite(gradient(lambda z: kl_to_rate(None, None, z), z)).all()


@pytest.mark.long
def test_units_become_as_active_as_the_rate_has_it(images):
    keras.utils.set_random_seed(0)
    model = zoo.build("sparse_autoencoder", image_shape=(8, 8, 1), latent_dim=20, rate=0.1, weight=20.0)
    model.compile(keras.optimizers.Adam(0.02))
    model.fit(images, epochs=40, batch_size=64, verbose=0)
    means = np.mean(model.encode(images), axis=0)
    assert np.mean(means) == pytest.approx(0.1, abs=0.03)
