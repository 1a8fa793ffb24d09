from types import SimpleNamespace

import keras
import numpy as np
import pytest

import zoo
from zoo.abilities import Abilities
from zoo.data.named import load
from zoo.errors import InputError
from zoo.evaluation.samples.draw_samples import draw_samples
from zoo.evaluation.samples.features import features
from zoo.evaluation.samples.frechet import frechet_distance
from zoo.evaluation.samples.precision_recall import density_coverage, precision_recall
from zoo.evaluation.samples.quality import sample_quality
from zoo.networks.classifier import Classifier, classifier
from zoo.random import uniform


@pytest.fixture(scope="module")
def digits():
    return classifier("digits")


@pytest.fixture(scope="module")
def vae():
    return zoo.load("digits-iaf-mixture")


def untrained():
    return zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2)


def test_a_trained_model_is_between_an_untrained_one_and_the_training_images(digits, vae):
    splits, done = load("digits"), []
    found = sample_quality(vae, splits, digits, progress=done.append)
    assert found["num_samples"] == 360 and sum(done) == 2 * 360 + 1257
    worse = sample_quality(untrained(), splits, digits)
    assert found["frechet_distance"] < worse["frechet_distance"] - 4 * worse["frechet_distance_se"]
    for name in ("classifier_score", "recall", "coverage"):
        assert worse[name] + 4 * worse[f"{name}_se"] < found[name]
    for name, value in found.items():
        if name.startswith("train_"):
            assert value == worse[name], name
    names = {"frechet_distance", "frechet_distance_extrapolated", "classifier_score", "copying_share"}
    for name in names | {"precision", "recall", "density", "coverage"}:
        assert f"{name}_se" in found and (name == "copying_share" or f"train_{name}_se" in found)
    assert found["features"] == "the digits classifier" and "fid" not in found and "inception_score" not in found


def test_a_seed_gives_the_same_again(digits, vae):
    splits = load("digits")
    first, again, other = (sample_quality(vae, splits, digits, n=50, seed=seed) for seed in (3, 3, 4))
    assert first == again and first["frechet_distance"] != other["frechet_distance"]


def test_a_model_that_copies_its_training_images_is_found_out(digits):
    """Its images are images, in the right shares, and each is one that it was trained on."""
    train = np.asarray(load("digits").train.images, "float32") / 255

    def sample(n, seed):
        return keras.ops.take(train, keras.ops.cast(uniform(seed, (n,)) * len(train), "int32"), axis=0)

    found = sample_quality(SimpleNamespace(sample=sample, abilities=Abilities(samples=True)), load("digits"), digits)
    assert found["copying_z"] < -10 and found["copying_share"] > 0.99
    error = np.hypot(found["frechet_distance_se"], found["train_frechet_distance_se"])
    assert abs(found["frechet_distance"] - found["train_frechet_distance"]) < 3 * error


def test_the_figures_are_those_of_the_samples_beside_the_test_images(digits, vae):
    """All of the test images are there, in whatever order."""
    splits = load("digits")
    found = sample_quality(vae, splits, digits, seed=5)
    samples = np.concatenate(list(draw_samples(vae, 360, seed=5)))
    real, generated = (features(digits, x)[0] for x in (splits.test.images, samples))
    assert found["frechet_distance"] == pytest.approx(frechet_distance(real, generated)["distance"], rel=1e-4)
    for name, value in (precision_recall(real, generated) | density_coverage(real, generated)).items():
        assert found[name] == pytest.approx(value, abs=0.01), name


def test_no_batch_of_samples_is_that_before(vae):
    first, second = draw_samples(vae, 400, seed=0)
    assert np.abs(first - second).max() > 0.5


def test_drawn_pixels_are_compared_with_drawn_ones(vae, digits):
    """The training images' figures change with it, and grey means are farther from black and white than draws are."""
    assert set(np.unique(np.concatenate(list(draw_samples(vae, 30, seed=0, pixels=True))))) == {0, 1}
    drawn, means = (sample_quality(vae, load("digits"), digits, n=100, pixels=pixels) for pixels in (True, False))
    assert drawn["train_frechet_distance"] != means["train_frechet_distance"]
    assert drawn["frechet_distance"] < 4 * drawn["train_frechet_distance"] + 1


def test_only_inceptions_figures_are_called_fid_and_inception_score(digits):
    renamed = Classifier(digits.name, digits.network, digits.image_shape, is_inception=True)
    found = sample_quality(untrained(), load("digits"), renamed, n=20)
    assert {"fid", "fid_se", "inception_score", "inception_score_se", "train_fid"} <= set(found)
    assert not {"frechet_distance", "classifier_score"} & set(found)


def test_what_cant_be_judged_is_refused(digits):
    with pytest.raises(InputError, match="autoencoder"):
        sample_quality(zoo.build("autoencoder", image_shape=(8, 8, 1)), load("digits"), digits)
    with pytest.raises(InputError, match="n is 5"):
        sample_quality(untrained(), load("digits"), digits, n=5)
