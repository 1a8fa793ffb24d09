import keras
import numpy as np
import pytest

import zoo
from tests.conftest import tensorflow_only
from zoo.errors import InputError
from zoo.likelihoods.observed import Observed
from zoo.networks.mlp import mlp_decoder, mlp_encoder
from zoo.networks.with_mask import WithMask

NAN = np.float32("nan")


def small(**kwargs):
    return zoo.build("missing_data_vae", image_shape=(8, 8, 1), latent_dim=2, units=(8,), **kwargs)


def with_holes(images, rng, share=0.5):
    return np.where(rng.random(images.shape) < share, NAN, images)


def test_what_is_missing_is_told_from_black(images):
    encoder = WithMask(mlp_encoder((8, 8, 2), (8,)))
    black, missing = np.zeros([1, 8, 8, 1], "float32"), np.full([1, 8, 8, 1], NAN)
    both = np.asarray(encoder(np.concatenate([black, missing])))
    assert np.isfinite(both).all() and not np.allclose(both[0], both[1])


@pytest.mark.parametrize("kwargs", [{}, {"at_random": False}])
def test_it_is_trained_on_images_with_holes(kwargs, images, rng):
    x = with_holes(images, rng)
    x[3] = NAN
    model = small(**kwargs)
    model.compile(keras.optimizers.Adam(0.01))
    before = [np.asarray(w) for w in model.trainable_weights]
    history = model.fit(x, epochs=2, verbose=0, validation_data=x).history
    assert np.isfinite([value for values in history.values() for value in values]).all()
    assert not [w.path for w, b in zip(model.trainable_weights, before, strict=True) if np.array_equal(w, b)]
    assert np.isfinite(model.predict(x, verbose=0)).all()
    found = np.asarray(model.complete(x, seed=7, num_samples=20))
    seen = ~np.isnan(x)
    assert np.array_equal(found[seen], x[seen]) and np.isfinite(found).all()
    assert np.array_equal(found, model.complete(x, seed=7, num_samples=20))
    drawn = np.asarray(model.complete_pixels(x, seed=7, num_samples=20))
    assert np.isin(drawn, (0, 1)).all() and np.array_equal(drawn[seen], x[seen])


def test_an_encoder_that_knows_of_no_mask_sees_zeros(images, rng):
    plain = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2, units=(8,))
    vae = plain.replace(likelihood=Observed(plain.likelihood))
    x = with_holes(images, rng)
    assert np.allclose(vae.encode(x), plain.encode(np.nan_to_num(x)), atol=1e-6)
    assert np.isfinite(vae.log_px(x, seed=1, num_samples=3)).all()
    with pytest.raises(InputError, match="x has NaN or infinite pixels"):
        plain.encode(x)
    with pytest.raises(InputError, match="vae takes images whole, which a completion needs: give a VAE with a likeli"):
        plain.complete(images, seed=7)


def test_bits_of_the_mask_that_are_missing_are_scored(images, rng):
    """Of one pixel that is missing more log p is less by its chance, a half at the start."""
    model = small(at_random=False)
    whole, z = images[:1], np.zeros([1, 2], "float32")
    one = whole.copy()
    one[0, 0, 0, 0] = NAN
    inner = model.likelihood.likelihood(z).distribution.log_prob(whole)[0, 0, 0, 0]
    gap = model.likelihood(z).log_prob(whole) - model.likelihood(z).log_prob(one)
    assert float(gap[0]) == pytest.approx(float(inner), abs=1e-4)


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"sign": 1}, "sign is 1, but is for at_random=False"),
        ({"k": 0}, "k is 0"),
        ({"likelihood": "observed"}, "likelihood is a Sequential, but a Observed is made of a likelihood"),
        ({"likelihood": "one_hot"}, "aren't independent"),
        ({"at_random": False, "likelihood": "laplace"}, "likelihood gives Laplace pixels"),
    ],
)
def test_what_it_can_not_be_made_of_is_refused(kwargs, message):
    with pytest.raises(InputError, match=message):
        small(**kwargs)


@pytest.mark.long
def test_half_of_each_image_is_told_from_the_other_half():
    """Images all black or all white, with a tenth of the pixels flipped, of which half are never seen in training."""
    rng = np.random.default_rng(0)
    x = np.broadcast_to(rng.random((400, 1, 1, 1)) < 0.5, (400, 8, 8, 1)).astype("float32")
    x = np.abs(x - (rng.random(x.shape) < 0.1))
    model = small()
    model.compile(keras.optimizers.Adam(0.01))
    model.fit(with_holes(x, rng), epochs=30, batch_size=50, verbose=0)
    half = x.copy()
    half[:, :, 4:] = NAN
    found = np.asarray(model.complete(half, seed=7, num_samples=50))[:, :, 4:]
    assert np.mean((found > 0.5) == (x[:, :, :4].mean((1, 2), keepdims=True) > 0.5)) > 0.95


@pytest.mark.long
@tensorflow_only
def test_what_is_exported_completes_what_is_missing(images, rng, tmp_path):
    from zoo.export.compare import compare
    from zoo.export.saved_model import write_saved_model
    from zoo.export.signatures import signatures
    from zoo.export.tflite import write_tflite

    model = small()
    asked = signatures(model, num_samples=4)
    assert "complete" in asked
    write_saved_model(tmp_path / "saved_model", asked)
    write_tflite(tmp_path / "model.tflite", tmp_path / "saved_model", asked)
    x = with_holes(images[:4], rng)
    x[1] = NAN
    compare(model, asked, x, tmp_path / "saved_model", tmp_path / "model.tflite")


def test_any_likelihood_of_independent_pixels_will_do():
    for likelihood in ("gaussian", "categorical", "beta", "discretized_logistic", "continuous_bernoulli", "laplace"):
        model = small(likelihood=likelihood)
        x = np.full([2, 8, 8, 1], NAN)
        x[0] = 102 / 255
        assert np.isfinite(model.log_px(x, seed=1, num_samples=2)).all()
        assert float(model.log_px(x, seed=1, num_samples=500)[1]) == pytest.approx(0, abs=0.1)


def test_the_wrapped_decoder_is_one():
    decoder = mlp_decoder((8, 8, 1), 2)
    model = small()
    assert model.count_params() and len(model.likelihood.weights) == len(decoder.weights)
