import numpy as np
import pytest

import zoo
from zoo.errors import InputError
from zoo.likelihoods.pixel_cnn import PixelCNN
from zoo.networks.mlp import mlp_decoder
from zoo.networks.pixel_cnn import PixelCNN as Network

SMALL = {"filters": (4,), "pixel_filters": 4, "blocks": 1, "size": 3, "first": 3}


def likelihood(image_shape=(4, 4, 1)):
    made = PixelCNN(mlp_decoder(image_shape, 2, (5,), parameters=PixelCNN.parameters), 4, blocks=1, size=3, first=3)
    made.build((None, 2))
    return made


def test_it_takes_codes_of_any_leading_axes(rng):
    made, z, x = likelihood(), rng.normal(size=(3, 5, 2)).astype("float32"), np.ones([5, 4, 4, 1], "float32")
    found = np.asarray(made(z).log_prob(x))
    assert found.shape == (3, 5)
    assert np.allclose(found[1], made(z[1]).log_prob(x), atol=1e-5)
    assert np.ptp(found) > 1e-3, "z has no say"


def test_it_begins_at_the_mean_of_the_pixels():
    made = likelihood()
    made.start_at(np.linspace(0, 0.4, 16).reshape(4, 4, 1))
    p = np.exp(np.asarray(made(np.zeros([1, 2], "float32")).log_prob(np.ones([1, 4, 4, 1], "float32")))) ** (1 / 16)
    assert p == pytest.approx(0.2, abs=0.03)


def test_training_draws_no_pixels(images, monkeypatch):
    model = zoo.build("pixel_vae", image_shape=(8, 8, 1), latent_dim=2, **SMALL)

    def draw_none(*args):
        raise AssertionError("a step draws an image")

    monkeypatch.setattr(Network, "generate", draw_none)
    model.compile("adam")
    before = [np.array(weight) for weight in model.trainable_weights]
    history = model.fit(images[:8], batch_size=8, epochs=1, verbose=0, validation_data=images[:8]).history
    assert np.isfinite(history["val_elbo"]).all()
    assert all(not np.array_equal(a, b) for a, b in zip(before, model.trainable_weights, strict=True))
    with pytest.raises(AssertionError):
        model.sample(1, seed=0)


def test_pixels_between_black_and_white_are_refused(images):
    model = zoo.build("pixel_vae", image_shape=(8, 8, 1), latent_dim=2, **SMALL)
    with pytest.raises(InputError, match="x has pixels between black and white"):
        model.encode(images / 2)


def test_vectors_are_refused():
    with pytest.raises(InputError, match="decoder gives vectors"):
        PixelCNN(mlp_decoder((4,), 2, (5,), parameters=PixelCNN.parameters)).build((None, 2))
