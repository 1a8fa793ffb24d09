"""Every named model keeps one contract: it trains on both backends, comes back, samples, and is exported as it is."""

import importlib
import inspect
import os
import re
import subprocess
import sys
from functools import partial

import keras
import numpy as np
import pytest

import zoo
from tests.conftest import tensorflow_only
from zoo.errors import InputError
from zoo.likelihoods.gaussian import Gaussian
from zoo.loading import pretrained
from zoo.objectives.elbo import elbo
from zoo.objectives.iwae import iwae
from zoo.priors.standard_normal import StandardNormal

SHAPE = (8, 8, 1)
#: What makes a model small and quick, where it takes it.
SMALL = {
    "latent_dim": 3,
    "categoricals": 2,
    "classes": 3,
    "clusters": 3,
    "second_dim": 2,
    "second_units": 8,
    "units": (16,),
    "filters": (4, 4),
    "critic_filters": (4,),
    "dense_units": 16,
    "upper_units": (8,),
    "critic_units": (8,),
    "vectors": 3,
    "prior_units": (8,),
    "width": 8,
    "auxiliary_dim": 3,
    "reverse_units": 8,
    "update_units": 8,
    "leapfrog_steps": 1,
    "flow_units": (8,),
    "sigmoids": 3,
    "columns": 2,
    "pixel_filters": 4,
    "levels": (1, 1),
    "maps": 2,
    "blocks": 1,
    "size": 3,
    "first": 3,
    "field": 1,
    "depth": 2,
    "channel_levels": (3, 2),
    "prior_filters": 4,
    "prior_blocks": 1,
}
NAMES = zoo.names()
#: The kinds of the pretrained models: what takes long is done for these in every run, and for the others on request
#: (-m slow).
SHIPPED = {card["model"] for card in pretrained().values()} - {"resnet_vae"}  # whose export takes minutes
LONG = [pytest.param(name, marks=[pytest.mark.slow] * (name not in SHIPPED)) for name in NAMES]
TRAIN = """
import sys, numpy as np, zoo, keras
from tests.test_catalogue import train
for name in sys.argv[2:]:
    model = train(name)
    model.save(f"{sys.argv[1]}/{name}.keras")
    if model.abilities.samples:
        np.save(f"{sys.argv[1]}/{name}.npy", np.asarray(model.sample(4, seed=7)))
"""


def small(name):
    """What of `SMALL` the model takes."""
    takes = inspect.signature(importlib.import_module(f"zoo.models.{name}").build).parameters
    return {key: value for key, value in SMALL.items() if key in takes}


def of(model, n=32, seed=0):
    """Images such as the model takes: black and white where its likelihood is, else of 256 levels."""
    rng = np.random.default_rng(seed)
    binary = not model.abilities.has_likelihood or model.likelihood.binary
    images = rng.random((n, *SHAPE)) < 0.3 if binary else rng.integers(0, 256, (n, *SHAPE)) / 255
    return images.astype("float32")


def train(name):
    keras.utils.set_random_seed(0)
    model = zoo.build(name, image_shape=SHAPE, **small(name))
    model.compile("adam")
    before = [np.asarray(w) for w in model.trainable_weights]
    history = model.fit(of(model), batch_size=16, epochs=2, verbose=0).history
    assert np.isfinite([v for values in history.values() for v in values]).all()
    still = [w.path for w, b in zip(model.trainable_weights, before, strict=True) if np.array_equal(w, b)]
    assert not still, "weights that no gradient reaches"
    return model


@pytest.fixture(scope="session")
def trained_elsewhere(tmp_path_factory, request):
    """The models after a step on the backend that this process doesn't run on."""
    asking = [item for item in request.session.items if "trained_elsewhere" in item.fixturenames]
    named = [item.callspec.params["name"] for item in asking if hasattr(item, "callspec")]
    names = sorted({*named, "conv_vae"})
    folder = tmp_path_factory.mktemp("elsewhere")
    other = {"tensorflow": "jax", "jax": "tensorflow"}[keras.backend.backend()]
    command = [sys.executable, "-c", TRAIN, str(folder), *names]
    done = subprocess.run(
        command, env=os.environ | {"KERAS_BACKEND": other}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return folder


@pytest.fixture(scope="module")
def trained():
    return {}


@pytest.fixture(params=LONG)
def name(request):
    return request.param


@pytest.fixture
def model(trained, name):
    if name not in trained:
        trained[name] = train(name)
    return trained[name]


def test_it_comes_back(model, tmp_path):
    model.save(tmp_path / "model.keras")
    again = zoo.load(tmp_path / "model.keras")
    x = of(model, 5, seed=1)
    assert np.allclose(model.predict(x, verbose=0), again.predict(x, verbose=0), atol=1e-6)
    assert int(again.optimizer.iterations) == int(model.optimizer.iterations) == 4
    assert again.get_config().keys() == model.get_config().keys()


def test_it_samples_the_same_with_the_same_seed(model):
    if not model.abilities.samples:
        with pytest.raises((AttributeError, InputError)):
            model.sample(5, seed=7)
        return
    images = np.asarray(model.sample(5, seed=7))
    assert images.shape == (5, *SHAPE)
    low, high = model.range or (-np.inf, np.inf)
    assert images.min() >= low and images.max() <= high
    assert np.array_equal(images, model.sample(5, seed=7))
    assert np.allclose(images[:2], model.sample(2, seed=7), atol=1e-6)
    assert not np.allclose(images, model.sample(5, seed=8))
    if model.abilities.has_likelihood:
        # Drawn pixels are such as the likelihood takes.
        model.likelihood.check(np.asarray(model.sample_pixels(5, seed=7)), "pixels")


@pytest.mark.long
@pytest.mark.parametrize("name", LONG)
def test_it_trains_on_the_other_backend_and_samples_the_same_here(trained_elsewhere, name):
    model = zoo.load(trained_elsewhere / f"{name}.keras")
    if model.abilities.samples:
        assert np.allclose(model.sample(4, seed=7), np.load(trained_elsewhere / f"{name}.npy"), atol=1e-5)


def write_export(model, folder):
    """Its signatures, and the SavedModel and the TFLite file of these in a folder."""
    from zoo.export.saved_model import write_saved_model
    from zoo.export.signatures import signatures
    from zoo.export.tflite import write_tflite

    asked = signatures(model, num_samples=4)
    write_saved_model(folder / "saved_model", asked)
    write_tflite(folder / "model.tflite", folder / "saved_model", asked)
    return asked


@pytest.mark.long
@tensorflow_only
@pytest.mark.parametrize("name", LONG)
def test_the_export_does_what_it_does(model, tmp_path):
    from zoo.export.compare import compare
    from zoo.export.saved_model import load_saved_model
    from zoo.export.tflite import foreign_operators

    asked = write_export(model, tmp_path)
    report = compare(model, asked, of(model, 3, seed=2), tmp_path / "saved_model", tmp_path / "model.tflite")
    assert set(report) == set(asked)
    loaded, _ = load_saved_model(tmp_path / "saved_model")  # Its operations are on the list.
    assert set(loaded.signatures) == {*asked, "serving_default"}
    assert foreign_operators((tmp_path / "model.tflite").read_bytes()) == []
    # Weights are stored once: what else is there is the graphs of six signatures.
    weights = sum(4 * int(np.prod(w.shape)) for w in model.weights)
    assert sum(p.stat().st_size for p in (tmp_path / "saved_model" / "variables").iterdir()) < weights + 20_000
    assert constants((tmp_path / "model.tflite").read_bytes()) < weights + 20_000


@pytest.mark.long
@tensorflow_only
@pytest.mark.parametrize("name", [each for each in LONG if each.marks or each.values == ("iaf_mixture_vae",)])
def test_the_smaller_files_are_close_to_the_export(model, tmp_path):
    from zoo.export.compare import cases
    from zoo.export.measure import measure
    from zoo.export.quantize import PRECISIONS, quantize
    from zoo.export.tflite import foreign_operators

    asked, x = write_export(model, tmp_path), of(model, 3, seed=2)
    content = (tmp_path / "model.tflite").read_bytes()
    for precision in PRECISIONS:
        smaller = quantize(content, precision)
        assert foreign_operators(smaller) == []
        # Of few weights the file may be larger: what makes floats of them takes room too.
        assert constants(smaller) < constants(content)
        found = measure(smaller, content, cases(asked, x), x)
        # Where pixels are drawn, weights that are a little off make other images.
        means = [name for name in ("decode", "sample") if name in asked and model.signatures()[name].share is None]
        assert all(found["differences"][name] <= 0.02 for name in means)


def constants(content):
    """The bytes of all constants in a TFLite file."""
    from tensorflow.lite.python import schema_py_generated as schema

    model = schema.Model.GetRootAs(content, 0)
    return sum(model.Buffers(i).DataLength() for i in range(model.BuffersLength()))


@pytest.mark.long
@tensorflow_only
def test_it_can_be_exported_after_training_on_jax(trained_elsewhere, tmp_path):
    from zoo.export.compare import compare
    from zoo.export.saved_model import write_saved_model
    from zoo.export.signatures import signatures
    from zoo.export.tflite import write_tflite

    model = zoo.load(trained_elsewhere / "conv_vae.keras")
    asked = signatures(model, num_samples=2)
    write_saved_model(tmp_path / "saved_model", asked)
    write_tflite(tmp_path / "model.tflite", tmp_path / "saved_model", asked)
    compare(model, asked, np.zeros([2, *SHAPE], "float32"), tmp_path / "saved_model", tmp_path / "model.tflite")


def test_a_misspelt_name_is_answered_with_the_nearest():
    with pytest.raises(InputError, match="Did you mean 'conv_vae'"):
        zoo.build("conv_va")


def test_an_unknown_keyword_is_answered_with_those_there_are():
    with pytest.raises(
        InputError, match=r"conv_vae has no argument 'depth'. It takes latent_dim=32, filters=\(32, 64\)"
    ):
        zoo.build("conv_vae", depth=3)


@pytest.mark.parametrize(
    ("name", "kwargs", "message"),
    [
        ("vae", {"latent_dim": 0}, "latent_dim is 0"),
        ("iwae", {"k": 0}, "k is 0"),
        ("iwae", {"gradient_samples": 0}, "gradient_samples is 0"),
        ("iwae", {"k": 5, "gradient_samples": 6}, "at most k, which is 5"),
        ("mixture_vae", {"components": 0}, "components is 0"),
        ("iaf_vae", {"steps": -1}, "steps is -1"),
        ("iwae_2", {"latent_dim": 1}, "latent_dim is 1, of which upper_dim is 1: it must be larger"),
        ("iwae_2", {"k": 5, "gradient_samples": 6}, "at most k, which is 5"),
        ("top_down_vae", {"latent_dim": 4, "upper_dim": 4}, "upper_dim is 4"),
        ("top_down_vae", {"width": 0}, "width is 0"),
        ("vamp_vae", {"components": 0}, "components is 0"),
        ("iaf_vae", {"components": -1}, "components is -1"),
        ("iaf_vae", {"components": 0}, "components is 0"),
        ("cremer_vae", {"steps": 0}, "steps is 0"),
        ("sylvester_vae", {"reflections": 8}, "columns is 16 and reflections is 8: of two kinds give one"),
        ("sylvester_vae", {"latent_dim": 4}, "columns is 16, but at most 4 directions are orthogonal"),
        ("realnvp_vae", {"latent_dim": 1}, "latent_dim is 1, but a coupling needs 2"),
        ("semi_amortized_vae", {"steps": -1}, "steps is -1"),
        ("iterative_vae", {"update_units": 0}, "units is 0"),
        ("misvae", {"components": 0}, "components is 0"),
        ("boosted_vae", {"components": 0}, "components is 0"),
        ("boosted_vae", {"components": 2, "objective": "elbo"}, "objective is elbo, which draws a component at a time"),
        ("lossy_vae", {"field": 0}, "field is 0"),
        ("pixel_vae", {"pixels": "beta"}, "pixels is Beta, but must be Bernoulli, Categorical"),
        ("pixel_vae", {"pixels": "pixel_cnn"}, "pixels is PixelCNN, but must be"),
        ("pixel_vae", {"pixels": "bernouli"}, "Did you mean 'bernoulli'"),
        ("pixel_vae", {"pixels.components": 3}, "pixel_vae has no argument 'pixels.components'"),
        ("pixel_vae", {"pixels": "categorical", "pixels.components": 3}, "pixels.components is no argument of Cat"),
        ("vae", {"objective": "iwa"}, "objective is 'iwa', but must be one of beta_elbo.* Did you mean 'iwae'"),
        ("vae", {"objective.beta": 2}, "objective.beta is no argument of elbo: it takes num_samples=1"),
        ("vae", {"objective": "iwae", "objective.num_samples": 5, "samples": 3}, "num_samples is given twice"),
        ("sigmoid_belief_network", {"objective": "muprop", "k": 5}, "k is 5, but the objective that is given has its"),
        ("vae", {"likelihood.scale": 1.0}, "likelihood.scale is no argument of Bernoulli: it takes none"),
        ("autoencoder", {"objective": "elbo"}, "autoencoder has no argument 'objective'"),
        ("conv_vae", {"filters": (0,)}, "filters is 0"),
        ("sparse_autoencoder", {"rate": 1.5}, "rate is 1.5"),
        ("sparse_autoencoder", {"weight": 0}, "weight is 0"),
        ("denoising_autoencoder", {"share": 1}, "share is 1"),
        ("denoising_autoencoder", {"scale": 0}, "scale is 0"),
        ("contractive_autoencoder", {"weight": -1}, "weight is -1"),
        ("contractive_autoencoder", {"units": (8,), "projections": 0}, "projections is 0"),
        ("regularized_autoencoder", {"slope_weight": 0}, "slope_weight is 0"),
        ("regularized_autoencoder", {"limit": 0}, "limit is 0"),
        ("conv_vae", {"likelihood": "poisson"}, "likelihood is 'poisson', but must be one of bernoulli"),
        ("vae", {"image_shape": (1, 28, 28)}, "channels seem to come first"),
        ("vae", {"image_shape": (28, 28)}, "image_shape is"),
    ],
)
def test_what_can_not_be_built_is_refused_by_name(name, kwargs, message):
    with pytest.raises(InputError, match=message):
        zoo.build(name, **kwargs)


def test_an_objective_and_a_likelihood_are_chosen_with_arguments_of_their_own():
    small = {"image_shape": SHAPE, "latent_dim": 2, "units": (4,)}
    named = zoo.build("vae", objective="iwae", **small, **{"objective.num_samples": 50, "likelihood": "gaussian"})
    assert (named.objective.func, named.objective.keywords) == (iwae, {"num_samples": 50})
    made = zoo.build("vae", likelihood=partial(Gaussian, scale=None), objective=elbo, **small)
    assert made.objective is elbo and made.likelihood.parameters == 2
    ranged = zoo.build("vae", likelihood="gaussian", range=(-1, 1), **small, **{"likelihood.scale": 0.3})
    assert (ranged.likelihood.range, ranged.likelihood.scale) == ((-1, 1), 0.3)
    assert zoo.build("iwae", objective="elbo", k=3, **small).objective.keywords == {"num_samples": 3}


def test_bits_are_trained_by_the_estimator_that_is_asked_for():
    def objective(**kwargs):
        return zoo.build("sigmoid_belief_network", image_shape=SHAPE, latent_dim=2, **kwargs).objective

    assert [layer.units for layer in objective(baseline_units=(7, 5)).hidden] == [7, 5]
    assert objective(k=5).keywords == {"num_samples": 5}
    assert objective(objective="rebar", **{"objective.temperature": 0.2}).temperature == 0.2
    assert objective(**{"objective.num_samples": 3}).num_samples == 3
    assert objective(objective="score_function", **{"objective.baseline": True}).keywords == {"baseline": True}


def test_the_residual_model_has_the_papers_prior_or_a_mixture():
    normal, mixture = (zoo.build("iaf_vae", image_shape=SHAPE, components=n, **small("iaf_vae")) for n in (None, 3))
    assert isinstance(normal.prior, StandardNormal)
    assert mixture.prior().components_distribution.batch_shape == (3,)


def test_every_model_says_what_it_is_and_where_it_is_from():
    from zoo.catalogue import FOLDER, summary

    for name in NAMES:
        text = (FOLDER / f"{name}.py").read_text()
        assert len(summary(name)) < 121
        assert re.search(r"\b(19|20)\d\d, \"", text), f"{name} cites nothing: authors, a year, and the title in quotes"
