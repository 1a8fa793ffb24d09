import keras
import numpy as np
import pytest
from sklearn.decomposition import PCA

import zoo
from zoo.autoencoder import Autoencoder, cross_entropy, squared_error
from zoo.errors import InputError


@pytest.mark.long
def test_a_linear_one_finds_the_principal_components(rng):
    x = rng.normal(size=(500, 6)) @ np.diag([2.0, 1.5, 1.0, 0.2, 0.1, 0.05]) @ np.linalg.qr(rng.normal(size=(6, 6)))[0]
    x = (x - x.mean(axis=0)).reshape(-1, 2, 3, 1).astype("float32")
    encoder = keras.Sequential([keras.Input((2, 3, 1)), keras.layers.Flatten(), keras.layers.Dense(3)])
    decoder = keras.Sequential([keras.Input((3,)), keras.layers.Dense(6), keras.layers.Reshape((2, 3, 1))])
    autoencoder = Autoencoder(encoder, decoder, range=None)
    autoencoder.compile(keras.optimizers.Adam(0.02))
    autoencoder.fit(x, epochs=150, batch_size=100, verbose=0)
    pca = PCA(3).fit(x.reshape(-1, 6))
    best = np.sum((x.reshape(-1, 6) - pca.inverse_transform(pca.transform(x.reshape(-1, 6)))) ** 2, axis=1).mean()
    assert autoencoder.evaluate(x, verbose=0) == pytest.approx(best, rel=0.1)


def test_the_losses_are_their_formulas(rng):
    x, y = (rng.random((5, 2, 3, 1)).astype("float32") for _ in range(2))
    assert np.allclose(squared_error(x, y), ((x - y) ** 2).sum(axis=(1, 2, 3)), rtol=1e-5)
    expected = -(x * np.log(y) + (1 - x) * np.log(1 - y)).sum(axis=(1, 2, 3))
    assert np.allclose(cross_entropy(x, y), expected, rtol=1e-4)


def test_the_loss_of_each_image_is_that_of_the_output_before_it_is_clipped(rng):
    """By hand: a linear network whose outputs leave [0, 1], where the reconstruction doesn't."""
    x = rng.random((5, 2, 3, 1)).astype("float32")
    encoder = keras.Sequential([keras.Input((2, 3, 1)), keras.layers.Flatten(), keras.layers.Dense(3)])
    decoder = keras.Sequential([keras.Input((3,)), keras.layers.Dense(6), keras.layers.Reshape((2, 3, 1))])
    autoencoder = Autoencoder(encoder, decoder, range=None)
    autoencoder.build((None, 2, 3, 1))
    W, V = 2 * rng.normal(size=(6, 3)), 2 * rng.normal(size=(3, 6))
    autoencoder.set_weights([W, np.zeros(3), V, np.zeros(6)])
    output = x.reshape(5, 6) @ W @ V
    assert output.min() < -0.5 and output.max() > 1.5
    expected = np.square(x.reshape(5, 6) - output).sum(axis=1)
    assert np.allclose(autoencoder.loss_per_image(x), expected, rtol=1e-4)
    autoencoder.compile("sgd")
    assert autoencoder.evaluate(x, verbose=0) == pytest.approx(expected.mean(), rel=1e-4)


def test_the_wrong_pixel_for_sure_costs_a_finite_amount():
    assert np.isfinite(cross_entropy(np.ones([1, 1, 1, 1], "float32"), np.zeros([1, 1, 1, 1], "float32"))).all()


def test_sample_weights_weigh(images):
    autoencoder = zoo.build("autoencoder", image_shape=(8, 8, 1), latent_dim=2)
    autoencoder.compile("sgd")
    weights = np.repeat([1.0, 0.0], 32)
    weighted = autoencoder.evaluate(images, sample_weight=weights, batch_size=64, verbose=0)
    assert weighted == pytest.approx(autoencoder.evaluate(images[:32], verbose=0) / 2, rel=1e-4)


def test_networks_that_do_not_meet_are_refused():
    encoder = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(2)])
    decoder = keras.Sequential([keras.Input((2,)), keras.layers.Dense(49), keras.layers.Reshape((7, 7, 1))])
    with pytest.raises(InputError, match="decoder gives images of shape"):
        Autoencoder(encoder, decoder).build((None, 8, 8, 1))
