from functools import partial

import keras
import numpy as np
import pytest

import zoo
from tests.conftest import tensorflow_only
from zoo.errors import InputError
from zoo.likelihoods.bernoulli import Bernoulli
from zoo.likelihoods.gaussian import Gaussian
from zoo.likelihoods.one_hot import OneHot
from zoo.objectives.elbo_of_views import elbo_of_views
from zoo.objectives.miselbo import miselbo
from zoo.posteriors.mixture_of_experts import MixtureOfExperts
from zoo.posteriors.mixture_of_products import MixtureOfProducts
from zoo.posteriors.product_of_experts import ProductOfExperts

NAN = np.float32("nan")
KINDS = [ProductOfExperts, MixtureOfExperts, MixtureOfProducts]


def halves(posterior=ProductOfExperts, **kwargs):
    return zoo.build("multimodal_vae", image_shape=(8, 8, 1), latent_dim=2, units=(8,), posterior=posterior, **kwargs)


def test_each_posterior_has_the_bound_of_its_paper():
    assert halves().objective is elbo_of_views
    assert halves("mixture_of_experts").objective is halves(MixtureOfProducts).objective is miselbo
    assert isinstance(halves("mixture_of_products").posterior, MixtureOfProducts)


@pytest.mark.parametrize("posterior", KINDS)
def test_what_is_there_stays_and_what_is_missing_comes_of_it(posterior, images):
    model = halves(posterior)
    x = images[:6].copy()
    x[:2, :, 4:] = x[2:4, :, :4] = x[5] = NAN
    found = np.asarray(model.complete(x, seed=7))
    there = ~np.isnan(x)
    assert np.array_equal(found[there], x[there]) and (found[~there] > 0).all() and (found[~there] < 1).all()
    assert np.array_equal(found, model.complete(x, seed=7)) and not np.array_equal(found, model.complete(x, seed=8))
    # Nothing is looked at that isn't there.
    assert np.allclose(found[0], np.asarray(model.complete(x[:1], seed=7))[0], atol=1e-6)
    assert np.isfinite(model.log_px(x, seed=7)).all() and float(model.log_px(x, seed=7)[5]) == pytest.approx(
        0, abs=1e-5
    )


@pytest.mark.long
@pytest.mark.parametrize("posterior", KINDS)
def test_it_is_trained_with_any_of_them_missing(posterior, images):
    x = images.copy()
    x[:20, :, 4:] = x[15:40, :, :4] = NAN
    model = halves(posterior)
    model.compile(keras.optimizers.Adam(0.01))
    history = model.fit(x, epochs=3, verbose=0, validation_data=x).history
    assert np.isfinite([value for values in history.values() for value in values]).all()
    assert np.isfinite(np.asarray(model.predict(x, verbose=0))).all()
    with pytest.raises(InputError, match="x has views 0 of which some pixels are NaN"):
        model.fit(np.where(np.arange(8)[:, None, None] == 0, NAN, images), verbose=0)
    with pytest.raises(InputError, match="NaN or infinite"):
        model.fit(np.full_like(images, np.inf), verbose=0)
    with pytest.raises(InputError, match="NaN or infinite"):
        zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2, units=(4,)).fit(x)


@pytest.mark.long
def test_an_image_and_its_label_are_made_of_each_other():
    """Two kinds of image, each with a label of its own: bright on the left, or on the right."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 400)
    bright = np.where(np.arange(6) < 3, 1 - labels[:, None], labels[:, None])
    x = np.concatenate([rng.random((400, 6)) < 0.1 + 0.8 * bright, np.eye(2)[labels]], axis=1).astype("float32")
    model = zoo.build(
        "multimodal_vae", image_shape=(8,), sizes=(6, 2), latent_dim=1, units=(16,), likelihood=(Bernoulli, OneHot)
    )
    model.compile(keras.optimizers.Adam(0.01))
    model.fit(x, epochs=60, batch_size=50, verbose=0)
    of_image = np.asarray(model.complete(np.asarray(model.likelihood.only(x, [0])), seed=7))[:, 6:]
    assert np.allclose(of_image.sum(1), 1, atol=1e-5) and np.mean(of_image.argmax(1) == labels) > 0.9
    of_label = np.asarray(model.complete(np.asarray(model.likelihood.only(x, [1])), seed=7))[:, :6]
    assert np.mean((of_label > 0.5) == bright) > 0.85


def test_an_image_and_a_vector_of_any_numbers(rng):
    x = np.concatenate([rng.random((64, 6)) < 0.5, 30 * rng.normal(size=(64, 2))], axis=1).astype("float32")
    x[:10, 6:] = x[20:30, :6] = NAN
    kinds = Bernoulli, partial(Gaussian, range=None, scale=30.0)
    model = zoo.build("multimodal_vae", image_shape=(8,), sizes=(6, 2), latent_dim=2, units=(4,), likelihood=kinds)
    assert model.range is None
    model.compile("adam")
    assert np.isfinite(model.fit(x, verbose=0).history["loss"]).all()
    assert model.seen == (np.nanmin(x), np.nanmax(x))
    assert np.isfinite(np.asarray(model.complete(x, seed=7))).all()


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"sizes": (3, 4)}, r"sizes is \(3, 4\), but the views are two at least, and take 8 together"),
        ({"sizes": (8,)}, "the views are two at least"),
        ({"likelihood": (Bernoulli,) * 3}, "likelihood has 3 of them, but there are 2 views"),
        ({"objective.num_samples": 3}, "objective.num_samples is for objective, which isn't given"),
        ({"posterior": "product_of_expert"}, "Did you mean 'product_of_experts'"),
    ],
)
def test_what_it_can_not_be_made_of_is_refused(kwargs, message):
    with pytest.raises(InputError, match=message):
        zoo.build("multimodal_vae", image_shape=(8, 8, 1), latent_dim=2, **kwargs)


@pytest.mark.long
@tensorflow_only
@pytest.mark.parametrize("posterior", KINDS)
def test_what_is_exported_completes_what_is_missing(posterior, images, tmp_path):
    from zoo.export.compare import compare
    from zoo.export.saved_model import write_saved_model
    from zoo.export.signatures import signatures
    from zoo.export.tflite import write_tflite

    model = halves(posterior)
    asked = signatures(model, num_samples=2)
    assert "complete" in asked
    write_saved_model(tmp_path / "saved_model", asked)
    write_tflite(tmp_path / "model.tflite", tmp_path / "saved_model", asked)
    x = images[:4].copy()
    x[0, :, 4:] = x[1, :, :4] = x[2] = NAN
    compare(model, asked, x, tmp_path / "saved_model", tmp_path / "model.tflite")
