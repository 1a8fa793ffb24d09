"""A model that takes labels: what it is fitted to, what it is asked, and what becomes of it elsewhere."""

import subprocess
import sys

import keras
import numpy as np
import pytest

import zoo
from tests.conftest import tensorflow_only
from zoo.data.stream import Stream
from zoo.errors import InputError
from zoo.random import draw, stream

SHAPE, LABELS = (8, 8, 1), 3
# A graph of two branches takes longer to make than a few steps do without one, and XLA as long again.
EAGERLY, PLAINLY = ({}, {})
if keras.backend.backend() == "tensorflow":
    EAGERLY, PLAINLY = {"run_eagerly": True}, {"jit_compile": False}


def build(optimizer="adam", how=EAGERLY):
    keras.utils.set_random_seed(0)
    model = zoo.build("conditional_vae", image_shape=SHAPE, latent_dim=2, labels=LABELS, units=(8,))
    model.compile(optimizer, **how)
    return model


def rows(y):
    """Images whose label can be seen: that row is white."""
    images = np.zeros([len(y), *SHAPE], "float32")
    images[np.arange(len(y)), y] = 1.0
    return images


def brightest(images):
    """The label of an image as of `rows`."""
    return np.asarray(images).mean(axis=(2, 3)).argmax(axis=1)


@pytest.fixture(scope="module")
def data():
    y = np.arange(96) % LABELS
    return rows(y), np.where(np.arange(96) % 4 == 0, -1, y)


@pytest.fixture(scope="module")
def model(data):
    """One that was told all labels: where some are missing, and q(y|x) is 1/K, the code has to say what they might."""
    model = build(keras.optimizers.Adam(0.02), PLAINLY)
    model.fit(data[0], np.arange(96) % LABELS, epochs=100, batch_size=32, verbose=0)
    return model


def test_an_image_of_a_label_is_of_that_label(model):
    label = np.arange(12) % LABELS
    images = np.asarray(model.sample_label(label, seed=7))
    assert np.array_equal(brightest(images), label)
    assert np.array_equal(images, model.sample_label(label.tolist(), seed=7))
    assert not np.array_equal(images, model.sample_label(label, seed=8))
    assert np.allclose(model.sample_label(2, seed=7), model.sample_label([2], seed=7))


def test_samples_are_those_of_the_labels_that_they_draw(model):
    z = np.asarray(draw(model.prior(), stream(7, "codes"), (30,)))
    drawn = z[:, :LABELS].argmax(1)
    assert set(drawn) == set(range(LABELS))
    assert np.allclose(model.sample(30, seed=7), model.sample_label(drawn, seed=7), atol=1e-6)
    assert np.allclose(model.sample(30, seed=7), model.sample_label(np.full(30, -1), seed=7), atol=1e-6)


def test_the_label_reaches_the_code_and_the_image_and_is_guessed_where_it_is_missing(model, data):
    x, _ = data
    y = np.arange(96) % LABELS
    right, wrong = ({"image": x, "label": each} for each in (y, (y + 1) % LABELS))
    assert not np.allclose(np.asarray(model.encode(right))[:, LABELS:], np.asarray(model.encode(wrong))[:, LABELS:])
    assert np.array_equal(brightest(model.reconstruct(right)), y)
    assert np.array_equal(brightest(model.reconstruct(wrong)), (y + 1) % LABELS)
    assert np.array_equal(np.asarray(model.encode(x))[:, :LABELS].argmax(1), y)
    assert np.allclose(model.reconstruct(x), model.reconstruct(right), atol=1e-5)
    # log p(x, y), whose sum over y is log p(x).
    assert (np.asarray(model.log_px(right, 0, 50)) > np.asarray(model.log_px(wrong, 0, 50)) + 5).all()
    every = [np.asarray(model.log_px({"image": x[:3], "label": np.full(3, y)}, 0, 3000)) for y in range(LABELS)]
    assert np.allclose(np.logaddexp.reduce(every), model.log_px(x[:3], 1, 9000), atol=0.1)


def test_evaluators_judge_images_alone(model, data):
    from zoo.evaluation.likelihood.importance import importance_sampling

    found = importance_sampling(model, data[0][:6], num_samples=2000)
    assert np.allclose(found.log_px, model.log_px(data[0][:6], 3, 2000), atol=0.3)
    assert found.summary()["active_units"] <= model.latent_dim


def forms(x, y):
    """Images and labels in all ways that Keras takes them."""
    yield "array", (x, y), {}
    yield "columns", (x, y[:, None].astype("float32")), {}
    yield "generator", (((x, y) for _ in range(1)),), {"steps_per_epoch": 1}
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        yield "dataset", (tf.data.Dataset.from_tensor_slices((x, y.astype("int64"))).batch(96),), {}


def test_labels_are_the_same_in_whatever_form_they_come(data):
    x, y = data
    found = {}
    for name, given, more in forms(x, y):
        model = build()
        whole = {"batch_size": 96, "shuffle": False} if name in ("array", "columns") else {}
        model.fit(*given, verbose=0, **whole, **more)
        found[name] = model.get_weights()
    for name, weights in found.items():
        assert all(np.allclose(a, b, atol=1e-5) for a, b in zip(weights, found["array"], strict=True)), name
    alone = build()
    alone.fit(x, batch_size=96, shuffle=False, verbose=0)
    assert not all(np.allclose(a, b) for a, b in zip(alone.get_weights(), found["array"], strict=True))


def test_weights_count_and_what_has_none_learns_nothing(data):
    x, y = data
    known = (y >= 0).astype("float32")
    model = build(keras.optimizers.SGD(0.0))
    found = model.fit(
        x, y, sample_weight=known, validation_data=(x, y, known), batch_size=96, shuffle=False, verbose=0
    ).history
    alone = model.evaluate(x[y >= 0], y[y >= 0], batch_size=96, verbose=0, return_dict=True)
    # The KL has a closed form: no noise is in it. A missing label's is smaller by log K.
    assert found["kl"][0] == pytest.approx(alone["kl"], abs=1e-4)
    assert found["val_kl"][0] == pytest.approx(alone["kl"], abs=1e-4)
    assert model.evaluate(x, y, verbose=0, return_dict=True)["kl"] < alone["kl"] - 0.2
    missing = model.fit(x, sample_weight=known, batch_size=96, shuffle=False, verbose=0).history
    assert missing["kl"][0] == pytest.approx(alone["kl"] - np.log(LABELS), abs=0.2)


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (np.full(96, LABELS), "label 3"),
        (np.zeros(95, int), "95 labels for 96"),
        (np.eye(LABELS)[np.zeros(96, int)], "argmax"),
    ],
)
def test_labels_that_are_not_the_models_are_refused_before_any_work(data, y, message):
    model = build()
    before = model.get_weights()
    x, right = data
    attempts = [
        lambda: model.fit(x, y),
        lambda: model.fit(x, right, validation_data=(x, y)),
        lambda: model.evaluate(x, y),
        lambda: model.train_on_batch(x, y),
        lambda: model.fit(iter([(x, y)])),
        lambda: model.encode({"image": x, "label": y}),
    ]
    for attempt in attempts:
        with pytest.raises(InputError, match=message):
            attempt()
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))


@tensorflow_only
def test_a_label_of_a_later_batch_is_refused_as_it_comes(data):
    import tensorflow as tf

    x, y = (np.tile(each, (2, *(1,) * (each.ndim - 1))) for each in data)
    y[-1] = 9
    with pytest.raises(InputError, match="the labels of x has the label 9"):
        build().fit(tf.data.Dataset.from_tensor_slices((x, y)).batch(16), verbose=0)


def test_what_a_label_can_not_be_asked_for():
    with pytest.raises(InputError, match="has neither labels nor clusters"):
        zoo.build("vae", image_shape=SHAPE, latent_dim=2, units=(4,)).sample_label([1], seed=0)
    with pytest.raises(InputError, match="label 3, but the model takes 0 to 2"):
        build().sample_label([3], seed=0)
    with pytest.raises(InputError, match="labels is 0"):
        zoo.build("conditional_vae", labels=0)


def test_the_prior_and_the_posterior_have_the_same_labels():
    from zoo.priors.labelled import Labelled
    from zoo.priors.standard_normal import StandardNormal

    with pytest.raises(InputError, match="prior has 2 labels and posterior 3"):
        build().replace(prior=Labelled(StandardNormal(3), 2))


def test_a_model_without_labels_has_no_use_for_y(data):
    x, y = data
    losses = []
    for given in ((x,), (x, y), (x, np.full(96, 77))):
        keras.utils.set_random_seed(0)
        model = zoo.build("vae", image_shape=SHAPE, latent_dim=2, units=(4,))
        model.compile("adam", **EAGERLY)
        losses.append(model.fit(*given, shuffle=False, verbose=0).history["loss"])
    assert losses[0] == losses[1] == losses[2]


def test_a_stream_that_has_been_looked_at_is_joined_too(data):
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        x, y = data
        stream = Stream(tf.data.Dataset.from_tensor_slices((x, y.astype("int32"))).batch(96))
        streamed, given = build(), build()
        streamed.fit(stream, verbose=0)
        given.fit(x, y, batch_size=96, shuffle=False, verbose=0)
        assert all(
            np.allclose(a, b, atol=1e-5) for a, b in zip(streamed.get_weights(), given.get_weights(), strict=True)
        )


ELSEWHERE = """
import sys, numpy as np, zoo
model = zoo.load(sys.argv[1] + "/model.keras")
x, y = np.load(sys.argv[1] + "/x.npy"), np.load(sys.argv[1] + "/y.npy")
np.savez(sys.argv[1] + "/found.npz", sample=model.sample_label([0, 1, 2], seed=7), code=model.encode(x),
         log_px=model.log_px({"image": x, "label": y}, 3, 20), labels=model.labels,
         loss=model.fit(x, y, shuffle=False, verbose=0).history["loss"])
"""


@pytest.mark.long
def test_a_new_process_has_it_whole(data, tmp_path):
    model = build()
    model.fit(*data, verbose=0)
    model.save(tmp_path / "model.keras")
    for name, each in zip("xy", data, strict=True):
        np.save(tmp_path / f"{name}.npy", each)
    done = subprocess.run([sys.executable, "-c", ELSEWHERE, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    x, y = data
    with np.load(tmp_path / "found.npz") as found:
        assert np.allclose(found["sample"], model.sample_label([0, 1, 2], seed=7), atol=1e-6)
        assert np.allclose(found["code"], model.encode(x), atol=1e-5)
        assert np.allclose(found["log_px"], model.log_px({"image": x, "label": y}, 3, 20), atol=1e-4)
        assert found["labels"] == LABELS
        assert np.isfinite(found["loss"]).all()
