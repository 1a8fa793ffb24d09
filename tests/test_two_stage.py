import subprocess
import sys

import keras
import numpy as np
import pytest

import zoo
from zoo.errors import InputError
from zoo.likelihoods.gaussian import Gaussian as GaussianLikelihood
from zoo.networks.mlp import mlp_decoder, mlp_encoder
from zoo.posteriors.gaussian import Gaussian
from zoo.priors.standard_normal import StandardNormal
from zoo.two_stage import TwoStage
from zoo.vae import VAE

SHAPE = (4, 4, 1)


def second(size=2, range=None):
    likelihood = GaussianLikelihood(mlp_decoder((size,), size, (32,), "relu"), scale=0.3, learn_scale=True, range=range)
    return VAE(StandardNormal(size), Gaussian(mlp_encoder((size,), (32,), "relu"), size), likelihood)


def two_stage():
    model = TwoStage(zoo.build("autoencoder", image_shape=SHAPE, latent_dim=2, filters=(4,)), second())
    model.build((None, *SHAPE))
    return model


@pytest.mark.long
def test_samples_have_the_codes_of_images():
    """The codes are far from N(0, I), and so are the images of N(0, I)."""
    model = two_stage()
    head = model.first.encoder.layers[-1]
    x = (np.random.default_rng(0).random((600, *SHAPE)) < 0.5).astype("float32")
    kernel, bias = head.get_weights()
    head.set_weights([3 * kernel, bias + np.array([4.0, -3.0])])
    codes = np.asarray(model.first.encode(x))
    model.first.trainable = False
    model.compile(keras.optimizers.Adam(0.01), steps_per_execution=6)
    model.fit(x, epochs=200, batch_size=100, verbose=0)
    assert np.array_equal(model.first.encode(x), codes), "the first model was to stay as it is"
    drawn = np.asarray(model.second.sample_pixels(4000, seed=1))
    assert np.allclose(drawn.mean(0), codes.mean(0), atol=0.1)
    assert np.allclose(np.cov(drawn.T), np.cov(codes.T), atol=0.1)
    assert np.array_equal(model.sample(5, seed=3), model.first.decode(model.second.sample_pixels(5, seed=3)))


def test_the_first_learns_as_it_would_alone():
    model, x = two_stage(), np.random.default_rng(0).random((8, *SHAPE)).astype("float32")
    weights = model.first.get_weights()
    model.compile(keras.optimizers.SGD(0.1))
    model.train_on_batch(x)
    together = model.first.get_weights()
    model.first.set_weights(weights)
    model.first.compile(keras.optimizers.SGD(0.1))
    model.first.train_on_batch(x)
    assert all(np.allclose(a, b, atol=1e-6) for a, b in zip(together, model.first.get_weights(), strict=True))


@pytest.mark.long
def test_it_is_one_file_that_a_new_process_loads(tmp_path):
    model, x = two_stage(), np.random.default_rng(0).random((8, *SHAPE)).astype("float32")
    model.compile("adam")
    model.fit(x, verbose=0)
    model.save(tmp_path / "two.keras")
    np.save(tmp_path / "images.npy", model.sample(3, seed=7))
    code = (
        "import sys, numpy as np, zoo; model = zoo.load(sys.argv[1] + '/two.keras');"
        "assert np.allclose(model.sample(3, seed=7), np.load(sys.argv[1] + '/images.npy'), atol=1e-6);"
        "model.fit(np.zeros([4, 4, 4, 1], 'float32'), verbose=0)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, capture_output=True)


def test_stages_that_do_not_fit_are_refused():
    first = zoo.build("autoencoder", image_shape=SHAPE, latent_dim=2, filters=(4,))
    with pytest.raises(InputError, match=r"second has pixels in \(0.0, 1.0\), but is of codes"):
        TwoStage(first, second(range=(0, 1)))
    with pytest.raises(InputError, match=r"autoencoder has no way to sample.*second of two stages"):
        TwoStage(first, first)
    with pytest.raises(InputError, match=r"vectors of shape \(3,\), but first has codes of 2 numbers"):
        model = TwoStage(first, second(3))
        model.second.build((None, 3))
        model.build((None, *SHAPE))


def test_codes_that_a_second_stage_would_leave_are_refused():
    first = zoo.build("hyperspherical_vae", image_shape=SHAPE, latent_dim=2, units=(4,))
    with pytest.raises(InputError, match=r"has codes in the unit sphere, but a second stage.* needs them in R\^D"):
        TwoStage(first, second())


@pytest.mark.long
def test_labels_are_the_seconds_own():
    """A step teaches the first what it would without, and the classifier the labels: the cross-entropy's gradient."""
    model = zoo.build("m1_m2", image_shape=SHAPE, latent_dim=2, labels=3, units=(8,), upper_units=(4,), alpha=2.0)
    x = (np.random.default_rng(0).random((9, *SHAPE)) < 0.4).astype("float32")
    y = np.array([0, 0, 0, 0, 0, 1, 1, 2, 0])
    logits = model.second.posterior.logits
    logits.set_weights([np.zeros(each.shape) for each in logits.get_weights()])
    start, found = model.get_weights(), []
    plainly = {"jit_compile": False} if keras.backend.backend() == "tensorflow" else {}
    for labels in (y, np.full(9, -1), None):
        model.set_weights(start)
        seeds = model.first.seed_generator.state
        seeds.assign(keras.ops.convert_to_tensor([3, 0], seeds.dtype))
        model.compile(keras.optimizers.SGD(0.1), **plainly)
        model.train_on_batch(x, labels)
        found.append((model.first.get_weights(), np.array(logits.bias)))
    (told, bias), (untold, _), (alone, _) = found
    for first in (untold, alone):
        assert all(np.allclose(a, b, atol=1e-6) for a, b in zip(told, first, strict=True))
    assert np.allclose(bias, 0.1 * 2.0 * (np.eye(3)[y].mean(0) - 1 / 3), atol=1e-6)
    assert np.allclose(model.classify(x), model.second.classify(model.first.encode(x)), atol=1e-6)
    assert np.array_equal(
        model.sample_label([2, 2], 7), model.first.decode(model.second.sample_label_pixels([2, 2], 7))
    )
    assert np.asarray(model.encode({"image": x, "label": y}))[:, :3].argmax(1).tolist() == y.tolist()
    with pytest.raises(InputError, match="y has the label 3"):
        model.train_on_batch(x, y + 1)
