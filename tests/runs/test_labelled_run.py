"""A run of a model that takes labels, which are its data's."""

import json

import numpy as np
import pytest

from tests.conftest import tensorflow_only
from zoo.errors import InputError
from zoo.runs.card import describe, format_of
from zoo.runs.run import Run
from zoo.runs.sample import sample_from

SHAPE = (4, 4, 1)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Images whose first row says the label, of which every fifth isn't told."""
    path = tmp_path_factory.mktemp("data") / "rows.npz"
    rng = np.random.default_rng(0)
    parts = {}
    for part, count in (("train", 60), ("test", 20)):
        y = rng.integers(0, 3, count)
        x = rng.integers(0, 2, [count, *SHAPE]).astype("uint8") * 255
        x[:, 0, :3, 0] = 255 * np.eye(3)[y]
        parts |= {f"x_{part}": x, f"y_{part}": np.where(np.arange(count) % 5 == 0, -1, y)}
    np.savez(path, **parts)
    return path


def begin(folder, data, epochs, arguments=None, model="conditional_vae", seed=3):
    arguments = {"latent_dim": 2, "units": [8]} if arguments is None else arguments
    card, splits = describe(model, arguments, {"name": str(data)}, version=format_of(folder), seed=seed, batch_size=20)
    run = Run.begin(folder, card, splits)
    run.train(epochs)
    return run


@pytest.fixture(scope="module")
def run(data, tmp_path_factory):
    return begin(tmp_path_factory.mktemp("runs") / "whole", data, 2)


def test_the_card_says_how_many_labels_there_are(run):
    card = json.loads((run.folder / "card.json").read_text())
    assert card["data"]["classes"] == card["arguments"]["labels"] == 3
    assert run.load_model().labels == 3


@pytest.mark.long
def test_it_resumes_to_the_bit(run, data, tmp_path):
    for epochs in (1, 2):
        again = begin(tmp_path / "run", data, epochs)
    for a, b in zip(run.load_model().get_weights(), again.load_model().get_weights(), strict=True):
        assert np.array_equal(a, b)


def test_each_label_has_a_row_of_pictures(run):
    run.plot()
    assert (run.folder / "classes.png").is_file()


def test_data_whose_labels_do_not_fit_are_refused(data, tmp_path):
    with np.load(data) as arrays:
        images = {name: array for name, array in arrays.items() if name[0] == "x"}
        np.savez(tmp_path / "alone.npz", **images)
        np.savez(tmp_path / "odd.npz", **dict(arrays) | {"y_train": np.full(60, -7)})
    with pytest.raises(InputError, match=r"conditional_vae takes labels, and data .*alone.npz has none that"):
        begin(tmp_path / "run", tmp_path / "alone.npz", 1)
    with pytest.raises(InputError, match=r"rows.npz \(train\) has the label 2, but the model takes 0 to 1"):
        begin(tmp_path / "run", data, 1, {"labels": 2})
    with pytest.raises(InputError, match=r"odd.npz \(train\) has the label -7"):
        begin(tmp_path / "run", tmp_path / "odd.npz", 1, {"labels": 3})
    assert not (tmp_path / "run").exists()
    card, _ = describe("conditional_vae", {"labels": 3}, {"name": str(tmp_path / "alone.npz")})
    assert (card.data.classes, card.arguments["labels"]) == (None, 3)
    # A model that takes none has no use for them.
    card, _ = describe("vae", {"latent_dim": 2, "units": [8]}, {"name": str(tmp_path / "odd.npz")})
    assert card.data.classes is None


@pytest.mark.long
@tensorflow_only
def test_images_of_a_label_are_the_same_from_every_form(run):
    from zoo.runs.export import export_run

    found = export_run(run, num_samples=2)
    assert "sample_label" in found["differences"]
    images = sample_from(run.folder, 4, 7, label=2)
    assert np.array_equal(images, run.load_model().sample_label([2] * 4, seed=7))
    for form in ("model.keras", "model.tflite", "saved_model"):
        assert np.allclose(sample_from(run.folder / form, 4, 7, label=2), images, atol=1e-5)
    assert not np.allclose(sample_from(run.folder, 4, 7, label=1), images)
    for form in ("", "model.tflite"):
        with pytest.raises(InputError, match=r"label is 3, but .* has the labels 0 to 2"):
            sample_from(run.folder / form, 4, 7, label=3)
    with pytest.raises(InputError, match="pixels are drawn without a label"):
        sample_from(run.folder, 4, 7, pixels=True, label=1)
