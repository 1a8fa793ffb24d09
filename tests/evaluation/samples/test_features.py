import keras
import numpy as np
import pytest

from zoo.data.named import load
from zoo.errors import InputError
from zoo.evaluation.samples.features import features
from zoo.files.saving import read_json
from zoo.loading import FOLDER
from zoo.networks.classifier import classifier, for_inception, inception

NAMES = sorted(path.stem for path in (FOLDER / "classifiers").glob("*.keras"))


@pytest.mark.parametrize("name", NAMES)
def test_each_is_what_its_card_says(name):
    card = read_json(FOLDER / "classifiers" / f"{name}.json")
    loaded = classifier(name)
    assert loaded.network.count_params() == card["parameters"] and not loaded.is_inception
    assert (FOLDER / "classifiers" / f"{name}.keras").stat().st_size < 700_000
    found, log_probs = features(loaded, np.zeros([3, *loaded.image_shape], "uint8"))
    assert found.shape == (3, card["features"]) and log_probs.shape == (3, 10)


def test_the_digits_are_recognized_as_often_as_the_card_says():
    test = load("digits").test
    _, log_probs = features(classifier("digits"), test.images)
    accuracy = np.mean(np.argmax(log_probs, axis=1) == test.labels)
    assert accuracy == pytest.approx(read_json(FOLDER / "classifiers" / "digits.json")["accuracy"], abs=0.003)


def test_features_are_the_last_layers_input_and_log_probs_its_softmax():
    digits = classifier("digits")
    found, log_probs = features(digits, load("digits").test.images[:50])
    kernel, bias = digits.network.layers[-1].get_weights()
    logits = found @ kernel + bias
    assert np.allclose(log_probs, logits - np.log(np.sum(np.exp(logits), axis=1, keepdims=True)), atol=1e-4)
    assert np.allclose(np.exp(log_probs).sum(axis=1), 1, atol=1e-5)


def test_batches_bytes_and_floats_give_the_same():
    digits, images, done = classifier("digits"), np.asarray(load("digits").test.images[:230]), []
    whole = features(digits, images, progress=done.append)
    assert done == [200, 30]
    in_batches = features(digits, (images[start : start + 77].astype("float64") / 255 for start in range(0, 230, 77)))
    for a, b in zip(whole, in_batches, strict=True):
        assert a.dtype == "float32" and np.allclose(a, b, atol=1e-4)


def test_what_it_cant_take_is_refused():
    with pytest.raises(InputError, match="no images"):
        features(classifier("digits"), [])
    with pytest.raises(InputError, match=r"images has shape \(2, 28, 28, 1\)"):
        features(classifier("digits"), np.zeros([2, 28, 28, 1]))


@pytest.mark.slow
def test_inception_takes_a_users_weights(tmp_path, rng):
    """Random ones here: the network's own probabilities, and the averages in front of them."""
    network = keras.applications.InceptionV3(weights=None)
    network.save_weights(tmp_path / "inception.weights.h5")
    loaded, grey = inception(tmp_path / "inception.weights.h5"), rng.random((1, 28, 28, 1)).astype("float32")
    assert loaded.is_inception
    found, log_probs = features(loaded, grey)
    assert found.shape == (1, 2048) and log_probs.shape == (1, 1000)
    assert np.allclose(np.exp(log_probs), np.asarray(network(for_inception(grey), training=False)), atol=1e-5)
