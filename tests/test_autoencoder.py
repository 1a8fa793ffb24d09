from functools import partial

import keras
import numpy as np
import pytest
from scipy.linalg import subspace_angles
from sklearn.decomposition import PCA

import zoo
from zoo.autoencoder import Autoencoder, cross_entropy, squared_error
from zoo.corruptions.gaussian_noise import GaussianNoise
from zoo.corruptions.masking import Masking
from zoo.errors import InputError
from zoo.penalties.encoder_jacobian import EncoderJacobian
from zoo.penalties.l1 import l1
from zoo.penalties.l2 import l2
from zoo.priors.standard_normal import StandardNormal


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
    # What the decoder makes of codes lies in the span of the components, whatever its basis.
    assert np.max(subspace_angles(np.transpose(decoder.layers[0].kernel), pca.components_.T)) < 0.15


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


def identity(**kwargs):
    """y = x, by two networks of nothing but shapes and an identity matrix."""
    encoder = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten()])
    decoder = keras.Sequential([keras.Input((64,)), keras.layers.Reshape((8, 8, 1))])
    model = Autoencoder(encoder, decoder, range=None, **kwargs)
    model.build((None, 8, 8, 1))
    return model


def test_what_is_spoiled_is_to_become_clean(rng):
    """The identity gives the noise back: its mean square is the noise's, not 0; and without training there is none."""
    x = rng.random((1000, 8, 8, 1)).astype("float32")
    model = identity(corruption=GaussianNoise(0.3))
    assert float(np.mean(model.loss_per_image(x, training=True))) / 64 == pytest.approx(0.09, abs=0.005)
    assert np.array_equal(model.loss_per_image(x), np.zeros(1000))
    model.compile("sgd")
    assert model.evaluate(x, verbose=0) == model.evaluate(x, verbose=0) == 0
    assert np.array_equal(model.predict(x[:3], verbose=0), x[:3])


def test_a_layer_of_kerass_corrupts_too(rng):
    model = identity(corruption=keras.layers.GaussianNoise(0.3))
    x = rng.random((1000, 8, 8, 1)).astype("float32")
    assert float(np.mean(model.loss_per_image(x, training=True))) / 64 == pytest.approx(0.09, abs=0.005)


@pytest.mark.long
def test_a_linear_one_with_noise_finds_the_best_linear_denoiser(rng):
    """E|x - A x~|^2 is smallest at A = C (C + s^2 I)^-1, where it is s^2 tr A."""
    C = np.diag([4.0, 1.0, 0.25, 0.01])
    x = (rng.normal(size=(4000, 4)) @ np.sqrt(C)).reshape(-1, 2, 2, 1).astype("float32")
    encoder = keras.Sequential([keras.Input((2, 2, 1)), keras.layers.Flatten(), keras.layers.Dense(4)])
    decoder = keras.Sequential([keras.Input((4,)), keras.layers.Dense(4), keras.layers.Reshape((2, 2, 1))])
    model = Autoencoder(encoder, decoder, corruption=GaussianNoise(0.5), range=None)
    model.compile(keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.02, 1200)))
    model.fit(x, epochs=30, batch_size=100, verbose=0)
    kernels = [np.asarray(w, "float64") for w in model.trainable_weights if len(w.shape) == 2]
    best = C @ np.linalg.inv(C + 0.25 * np.eye(4))
    assert np.allclose((kernels[0] @ kernels[1]).T, best, atol=0.08)
    losses = [float(np.mean(model.loss_per_image(x, training=True))) for _ in range(5)]
    assert np.mean(losses) == pytest.approx(0.25 * np.trace(best), rel=0.05)


def test_penalties_are_added_and_told_apart(rng):
    x = rng.random((40, 8, 8, 1)).astype("float32")
    model = identity(penalty=(partial(l1, weight=0.5), partial(l2, weight=2.0)))
    expected = np.mean(0.5 * x.sum(axis=(1, 2, 3)) + np.square(x).sum(axis=(1, 2, 3)))
    model.compile("sgd")
    found = model.evaluate(x, verbose=0, return_dict=True)
    assert sorted(found) == ["loss", "penalty", "reconstruction"]
    assert found["penalty"] == pytest.approx(expected, rel=1e-4)
    assert found["loss"] == pytest.approx(expected, rel=1e-4) and found["reconstruction"] == 0
    assert np.array_equal(model.loss_per_image(x), np.zeros(40))


def test_the_penalty_is_of_what_the_encoder_saw():
    model = identity(penalty=partial(l1, weight=1.0), corruption=Masking(0.5))
    x = np.ones([500, 8, 8, 1], "float32")
    _, loss, penalty = model.loss_and_terms(x, training=True)
    assert np.array_equal(np.asarray(loss) + np.asarray(penalty), np.full(500, 64.0))
    assert np.mean(penalty) == pytest.approx(32, abs=4 * 4 / np.sqrt(500))


def test_it_comes_back_with_its_penalty_its_corruption_and_its_prior(tmp_path, images):
    model = identity(
        penalty=(partial(l1, weight=0.5), EncoderJacobian(0.1)), corruption=Masking(0.25), prior=StandardNormal(64)
    )
    model.save(tmp_path / "model.keras")
    again = zoo.load(tmp_path / "model.keras")
    assert again.corruption.share == 0.25 and again.prior.latent_dim == 64
    assert again.penalty[0].keywords == {"weight": 0.5} and again.penalty[1].weight == 0.1
    for each in (model, again):
        each.compile("sgd")
    assert again.evaluate(images, verbose=0) == pytest.approx(model.evaluate(images, verbose=0))
    assert np.array_equal(again.sample(3, seed=7), model.sample(3, seed=7))


def test_with_a_prior_it_has_samples(rng):
    """The identity's are the prior's own draws, here of N(0, I)."""
    model = identity(prior=StandardNormal(64))
    z = np.asarray(model.sample(500, seed=7)).reshape(-1)
    assert abs(z.mean()) < 4 / np.sqrt(z.size) and z.std() == pytest.approx(1, abs=4 / np.sqrt(2 * z.size))
    assert model.abilities.samples and "sample" in model.signatures()
    bare = model.replace(prior=None)
    assert not bare.abilities.samples and "sample" not in bare.signatures()
    with pytest.raises(InputError, match=r"has no density of codes to draw from: .*fit-prior"):
        bare.sample(3, seed=7)


def test_a_prior_of_another_size_is_refused():
    with pytest.raises(InputError, match="prior has latent_dim 3, but encoder gives 64 numbers"):
        identity(prior=StandardNormal(3))
