"""The vector of an attribute, found by a run's images and kept in its folder."""

import json

import msgspec
import numpy as np
import pytest

from zoo.data.attributes import attributes
from zoo.errors import InputError
from zoo.evaluation.latents.codes import codes
from zoo.evaluation.latents.direction import between_means, by_regression
from zoo.runs.card import describe
from zoo.runs.edit import edit_run, vectors
from zoo.runs.run import Run


def begin(folder, model="vae", data="digits", **arguments):
    arguments = {"latent_dim": 2, "units": [16]} | arguments
    card, splits = describe(model, arguments, {"name": str(data)}, seed=3, batch_size=100)
    run = Run.begin(folder, card, splits)
    run.train(2)
    return run


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return begin(tmp_path_factory.mktemp("edit") / "run")


@pytest.mark.parametrize(("by", "way"), [("means", between_means), ("regression", by_regression)])
def test_the_vector_is_that_of_all_training_codes(run, by, way):
    found, file, picture = edit_run(run, "label=0", by, overwrite=True)
    z = codes(run.load_model(), run.train_batches())
    has = attributes("digits", run.splits)["label=0"]["train"] == 1
    assert np.allclose(found.vector, way(z, has), atol=1e-4)
    assert json.loads(file.read_text())["vector"] == found.vector
    assert file.name == "label=0.json" and picture.name == "label=0.png" and picture.is_file()
    assert 0.5 < found.ranked_above <= 1 and (found.num_examples, found.epochs) == (len(z), 2)


def test_vectors_are_those_of_the_model_as_it_is(run):
    edit_run(run, "label=3", overwrite=True)
    assert [each.attribute for each in vectors(run)][-1] == "label=3"
    later = Run.open(run.folder)
    later.card = msgspec.structs.replace(run.card, epochs=3)
    assert vectors(later) == []


@pytest.mark.long
def test_a_label_is_no_direction_of_a_model_that_takes_labels(tmp_path):
    rng = np.random.default_rng(0)
    y = rng.integers(0, 3, 60)
    x = (rng.random((60, 4, 4, 1)) < 0.2 + 0.3 * y[:, None, None, None]).astype("uint8") * 255
    np.savez(tmp_path / "rows.npz", x_train=x, y_train=y, x_test=x, y_test=np.where(np.arange(60) % 5, y, -1))
    run = begin(tmp_path / "run", "conditional_vae", tmp_path / "rows.npz", labels=3)
    found, *_ = edit_run(run, "label=1")
    assert found.vector[:3] == [0.0] * 3 and np.abs(found.vector[3:]).min() > 0


def test_what_there_is_no_vector_of_is_refused_by_what_there_is(run, tmp_path):
    with pytest.raises(InputError, match="digits has no attribute 'smile': give one of label=0, label=1, label=2, "):
        edit_run(run, "smile")
    with pytest.raises(InputError, match="attribute is missing: give one of label=0"):
        edit_run(run, None)
    edit_run(run, "label=5", overwrite=True)
    with pytest.raises(InputError, match=r"label=5\.json is there already"):
        edit_run(run, "label=5")
    sphere = begin(tmp_path / "sphere", "hyperspherical_vae", latent_dim=3)
    with pytest.raises(InputError, match="has codes in the unit sphere: a step along a vector leads out of there"):
        edit_run(sphere, "label=0")
    np.save(tmp_path / "alone.npy", np.random.default_rng(0).integers(0, 256, [40, 4, 4, 1]).astype("uint8"))
    with pytest.raises(InputError, match="has no attributes: neither labels nor factors"):
        edit_run(begin(tmp_path / "alone", data=tmp_path / "alone.npy"), "label=0")
