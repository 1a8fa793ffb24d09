from pathlib import Path

import keras
import numpy as np
import pytest
from scipy import stats

import zoo
from zoo.errors import InputError
from zoo.keras_file import load_keras
from zoo.likelihoods.gaussian import Gaussian


def identity(shape=(2, 2, 1), **kwargs):
    return Gaussian(keras.Sequential([keras.Input((int(np.prod(shape)),)), keras.layers.Reshape(shape)]), **kwargs)


@pytest.mark.parametrize("learn", [False, True])
def test_log_prob_is_scipys_with_the_scale_given(learn, rng):
    z, x = (rng.normal(size=s).astype("float32") for s in ((3, 4), (3, 2, 2, 1)))
    likelihood = identity(scale=0.3, learn_scale=learn)
    expected = stats.norm.logpdf(x.reshape(3, 4), z, 0.3).sum(axis=1)
    assert np.allclose(likelihood(z).log_prob(x), expected, rtol=1e-4)
    assert len(likelihood.trainable_weights) == learn


def test_a_scale_for_each_pixel_is_the_second_half_of_the_channels(rng):
    z, x = rng.normal(size=(3, 8)).astype("float32"), rng.normal(size=(3, 2, 2, 1)).astype("float32")
    loc, raw = np.split(z.reshape(3, 2, 2, 2), 2, axis=-1)
    scale = np.log1p(np.exp(raw)) + 1 / 256
    expected = stats.norm.logpdf(x, loc, scale).sum(axis=(1, 2, 3))
    assert np.allclose(identity((2, 2, 2), scale=None)(z).log_prob(x), expected, rtol=1e-4)


def test_the_density_of_constant_pixels_is_bounded():
    likelihood = identity(learn_scale=True)
    likelihood.build((None, 4))
    likelihood.raw_scale.assign(-1e9)
    bound = 4 * stats.norm.logpdf(0, 0, 1 / 256)
    assert np.allclose(
        likelihood(np.zeros([1, 4], "float32")).log_prob(np.zeros([1, 2, 2, 1], "float32")), bound, rtol=1e-4
    )


@pytest.mark.parametrize("kwargs", [{"scale": 0.0}, {"scale": -1.0}, {"scale": 1e-3, "learn_scale": True}])
def test_impossible_scales_are_refused(kwargs):
    with pytest.raises(InputError, match="scale is"):
        identity(**kwargs)


@pytest.mark.parametrize(
    ("name", "scale", "learned", "log_prob"),
    [
        ("fixed", 0.25, False, [0.1437302827835083, -8.24780559539795]),
        ("learned", 0.1, True, [-1.2827587127685547, -1.6453940868377686]),
        ("per_pixel", None, False, [-2.5260062217712402, -4.726152420043945]),
    ],
)
def test_old_files_are_loaded(name, scale, learned, log_prob):
    """Trained and saved at commit ebf4b3e, with what they said there."""
    likelihood = load_keras(Path(__file__).parent / "of_before" / f"{name}.keras").likelihood
    assert (likelihood.scale, likelihood.learn_scale, likelihood.range) == (scale, learned, (0, 1))
    x = np.random.default_rng(0).random((16, 2, 2, 1)).astype("float32")[:2]
    found = likelihood(np.array([[0.5], [-1.0]], "float32")).log_prob(x)
    assert np.allclose(found, log_prob, rtol=1e-5)


@pytest.mark.parametrize("own", [{"scale": 0.2}, {"scale": 0.2, "learn_scale": True}, {"scale": None}])
def test_the_decoder_is_as_wide_as_the_scale_that_is_chosen_wants_it(own):
    own = {f"likelihood.{key}": value for key, value in own.items()}
    small = {"image_shape": (8, 8, 1), "latent_dim": 2, "units": (4,), "likelihood": "gaussian"}
    likelihood = zoo.build("vae", **small, **own).likelihood
    output = likelihood.decoder.output_shape[-1]
    assert output == likelihood.parameters == (2 if own["likelihood.scale"] is None else 1)
    assert likelihood(np.zeros([3, 2], "float32")).stddev().shape[-1] == 1
