"""A run of a model that takes labels, which are its data's."""

import json

import numpy as np
import pytest
from PIL import Image

from tests.conftest import tensorflow_only
from zoo.errors import InputError
from zoo.runs.card import describe, format_of, told_labels
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


def begin(folder, data, epochs, arguments=None, model="conditional_vae", seed=3, **settings):
    arguments = {"latent_dim": 2, "units": [8]} if arguments is None else arguments
    settings = {"seed": seed, "batch_size": 20} | settings
    card, splits = describe(model, arguments, {"name": str(data)}, version=format_of(folder), **settings)
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


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Images of which all have a label, and some to watch."""
    path, rng = tmp_path_factory.mktemp("data") / "whole.npz", np.random.default_rng(0)
    parts = {}
    for part, count in (("train", 60), ("val", 20), ("test", 20)):
        y = np.arange(count) % 3
        x = rng.integers(0, 2, [count, *SHAPE]).astype("uint8") * 255
        x[:, 0, :3, 0] = 255 * np.eye(3)[y]
        parts |= {f"x_{part}": x, f"y_{part}": y}
    np.savez(path, **parts)
    return path


def same_weights(run, other):
    weights = (each.load_model().get_weights() for each in (run, other))
    return all(np.array_equal(a, b) for a, b in zip(*weights, strict=True))


@pytest.mark.long
def test_a_run_is_told_few_labels_and_nothing_of_the_others(whole, tmp_path):
    """Begun and gone on with, it learns to the bit what it would at once from data that lack the others."""
    for epochs in (1, 2):
        run = begin(tmp_path / "few", whole, epochs, model="m2", labelled=9)
    assert np.bincount(run.told_labels + 1).tolist() == [51, 3, 3, 3]
    assert run.card.arguments["labelled_share"] == 9 / 60
    assert run.load_model().objective.keywords == {"weight": pytest.approx(0.1 * 60 / 9)}
    # As it lies, and as it is read again.
    assert np.array_equal(Run.open(run.folder).told_labels, run.told_labels)
    with np.load(whole) as arrays:
        np.savez(tmp_path / "told.npz", **dict(arrays) | {"y_train": run.told_labels})
    told = begin(tmp_path / "told", tmp_path / "told.npz", 2, model="m2")
    assert same_weights(run, told)
    # Those to watch are told in that one alone.
    assert run.history[-1]["val_kl"] < told.history[-1]["val_kl"] - 0.2


def test_few_labels_are_the_runs_own(whole, tmp_path):
    run = begin(tmp_path / "run", whole, 1, model="m1", labelled=9)
    with pytest.raises(InputError, match="has another run in it, with labelled 9, not 12"):
        begin(tmp_path / "run", whole, 2, model="m1", labelled=12)
    assert run.card.labelled == json.loads((run.folder / "card.json").read_text())["labelled"] == 9
    # The same for a model that has no use for them, and for one of another range.
    for arguments in ({}, {"likelihood": "gaussian", "range": [-1, 1]}):
        card, splits = describe("m1", arguments, {"name": str(whole)}, labelled=9, seed=3)
        assert np.array_equal(Run(tmp_path, card).told_labels, run.told_labels)
        assert np.array_equal(told_labels(splits, card), run.told_labels)


def test_few_labels_of_none_are_refused(tmp_path):
    np.save(tmp_path / "a.npy", np.random.default_rng(0).random([30, *SHAPE]) < 0.5)
    with pytest.raises(InputError, match="labelled is 9, but the data have no labels"):
        describe("m1", {}, {"name": str(tmp_path / "a.npy")}, labelled=9)
    with pytest.raises(InputError, match="labelled is 2000, but 1257 training images have a label"):
        describe("m1", {}, {"name": "digits"}, labelled=2000)


def pictures(folder):
    """Pictures whose first row says their label, and a CSV of these: every fifth is missing."""
    lines, rng = [], np.random.default_rng(0)
    folder.mkdir()
    for number in range(60):
        pixels = rng.integers(0, 2, SHAPE[:2]).astype("uint8") * 255
        pixels[0, :3] = 255 * np.eye(3)[number % 3]
        Image.fromarray(pixels).save(folder / f"{number}.png")
        lines.append(f"{number}.png,{'' if number % 5 == 0 else ('cow', 'ant', 'bee')[number % 3]}")
    (folder.parent / "labels.csv").write_text("file,label\n" + "\n".join(lines))
    return {"name": str(folder), "image_size": [4, 4], "labels": str(folder.parent / "labels.csv")}


def test_a_folders_labels_are_in_the_card_with_what_they_stand_for(tmp_path):
    source, said = pictures(tmp_path / "pictures"), []
    arguments = {"latent_dim": 2, "units": [8]}
    card, splits = describe("m2", arguments, source, say=said.append, batch_size=20)
    assert card.arguments["labels"] == 3 and "training images have a label." in said[-1]
    assert card.data.label_names == ("ant", "bee", "cow") and card.data.labels == source["labels"]
    assert "The labels are 0 ant, 1 bee, 2 cow." in said
    for images, labels in splits:
        row = np.asarray(images)[:, 0, :3, 0].argmax(1)
        assert np.array_equal(labels[labels >= 0], (row[labels >= 0] - 1) % 3)
    Run.begin(tmp_path / "run", *describe("m1", arguments, source, batch_size=20)).train(1)
    # It goes on where folder and labels have been moved to, and nowhere else.
    again = pictures(tmp_path / "elsewhere")
    (tmp_path / "labels.csv").rename(tmp_path / "elsewhere" / "labels.csv")
    again["labels"] = str(tmp_path / "elsewhere" / "labels.csv")
    Run.begin(tmp_path / "run", *describe("m1", arguments, again, batch_size=20)).train(2)
    opened = Run.open(tmp_path / "run", data=tmp_path / "elsewhere")
    assert opened.splits.label_names == card.data.label_names
    (tmp_path / "elsewhere" / "labels.csv").write_text("\n".join(f"{number}.png,{number % 2}" for number in range(60)))
    with pytest.raises(InputError, match="have changed"):
        Run.open(tmp_path / "run").splits  # noqa: B018
    with pytest.raises(InputError, match="labels is for folders of pictures, and data is digits"):
        describe("m2", {}, {"name": "digits", "labels": "labels.csv"})
