from pathlib import Path

import numpy as np
import pytest

import zoo
from zoo.errors import InputError
from zoo.keras_file import load_keras
from zoo.likelihoods.categorical import Categorical
from zoo.likelihoods.discretized_logistic import DiscretizedLogistic
from zoo.likelihoods.discretized_logistic_mixture import DiscretizedLogisticMixture
from zoo.likelihoods.pixel_cnn import PixelCNN
from zoo.networks.mlp import mlp_decoder
from zoo.networks.pixel_cnn import PixelCNN as Network
from zoo.random import draw, key

SMALL = {"filters": (4,), "pixel_filters": 4, "blocks": 1, "size": 3, "first": 3}


def likelihood(image_shape=(4, 4, 1), **own):
    decoder = mlp_decoder(image_shape, 2, (5,), parameters=PixelCNN.parameters)
    made = PixelCNN(decoder, **{"filters": 4, "blocks": 1, "size": 3, "first": 3} | own)
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


#: Of two grey pixels, and of one in colour: in order, and coupled by the mixture.
OF_LEVELS = {
    "categorical": lambda: likelihood((1, 2, 1), pixels=Categorical(None), blocks=0),
    "discretized_logistic": lambda: likelihood((1, 2, 1), pixels=DiscretizedLogistic(None), blocks=0),
    "mixture": lambda: likelihood((1, 2, 1), pixels=DiscretizedLogisticMixture(None, 3), blocks=0),
    "categorical in order": lambda: likelihood((1, 1, 2), pixels=Categorical(None), blocks=0, in_order=True),
    "mixture in order": lambda: likelihood((1, 1, 2), pixels=DiscretizedLogisticMixture(None, 2), in_order=True),
    "mixture of channels": lambda: likelihood((1, 1, 2), pixels=DiscretizedLogisticMixture(None, 2)),
}


@pytest.mark.parametrize("name", OF_LEVELS)
def test_of_two_numbers_of_256_values_the_probabilities_sum_to_one_and_draws_have_them(name):
    made = OF_LEVELS[name]()
    assert made.eight_bit and not made.binary
    rng = np.random.default_rng(0)
    made.network.set_weights([rng.normal(size=w.shape) * 0.7 for w in made.network.get_weights()])
    *sides, depth = made.decoder.output_shape[1:]
    shape, p = (*sides, depth // PixelCNN.parameters), made(np.float32([0.5, -1]))
    level = np.arange(256) / 255
    pairs = np.stack(np.meshgrid(level, level, indexing="ij"), -1).reshape(-1, *shape).astype("float32")
    mass = np.exp(np.concatenate([p.log_prob(some) for some in np.split(pairs, 8)]).astype("float64"))
    assert mass.sum() == pytest.approx(1, abs=1e-3)
    x, pairs = np.asarray(draw(p, key(3), (5000,)), "float64").reshape(-1, 2), pairs.reshape(-1, 2)
    for moment in (lambda x: x, lambda x: x**2, lambda x: x[:, :1] * x, lambda x: np.sin(9 * x[:, :1]) * x[:, 1:]):
        found = moment(x)
        assert (np.abs(found.mean(0) - mass @ moment(pairs)) < 4.5 * found.std(0) / np.sqrt(len(x)) + 1e-4).all()


@pytest.mark.parametrize("in_order", [False, True])
def test_256_values_begin_at_the_mean_of_the_pixels(in_order):
    made = likelihood((2, 2, 2), pixels=Categorical(None), in_order=in_order)
    made.start_at(np.broadcast_to([0.2, 0.7], (2, 2, 2)))
    logits = np.asarray(made.network.bias).reshape(2, 256)
    p = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
    assert np.allclose(p @ np.arange(256) / 255, [0.2, 0.7], atol=5e-3)


def test_levels_between_are_refused():
    with pytest.raises(InputError, match="between the 256 values k/255"):
        likelihood(pixels=Categorical(None)).check(np.full([1, 4, 4, 1], 0.5012345), "x")


def test_an_old_file_is_what_it_was():
    """Trained and saved at commit f55a94c, when pixels were black or white, with what it said there."""
    model = load_keras(Path(__file__).parent / "of_before" / "pixel_cnn.keras")
    x = (np.random.default_rng(0).random((16, 4, 4, 1)) < 0.4).astype("float32")[:2]
    log_p = model.likelihood(np.array([[0.5, -1.0], [1.0, 0.25]], "float32")).log_prob(x)
    assert np.allclose(log_p, [-10.549569129943848, -9.87555980682373], rtol=1e-5)
    drawn = np.asarray(model.sample_pixels(2, seed=7)).reshape(2, 16).astype(int)
    assert ["".join(map(str, each)) for each in drawn] == ["0000100001101000", "0100000001000011"]


def test_one_of_256_values_is_chosen_by_name_and_comes_back(tmp_path):
    own = {"likelihood.pixels": "discretized_logistic_mixture", "likelihood.pixels.components": 2}
    model = zoo.build("vae", (2, 2, 3), latent_dim=2, units=(4,), likelihood="pixel_cnn", **own)
    model.compile("adam")
    model.save(tmp_path / "model.keras")
    again = zoo.load(tmp_path / "model.keras")
    assert again.likelihood.pixels.components == 2 and again.likelihood.eight_bit
    x = np.random.default_rng(0).integers(0, 256, (3, 2, 2, 3)).astype("uint8")
    assert np.array_equal(again.log_px(x, seed=1), model.log_px(x, seed=1))
