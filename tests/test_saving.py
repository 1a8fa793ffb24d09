import errno
import json
import zipfile

import keras
import numpy as np
import pytest

import zoo
from zoo.errors import InputError
from zoo.saving import load_keras, read_json, replacing, save_keras, write_json


def test_a_file_that_fails_halfway_leaves_the_old_one(tmp_path):
    path = tmp_path / "a.json"
    write_json(path, {"x": 1})
    with pytest.raises(RuntimeError), replacing(path) as temporary:
        temporary.write_text('{"x"')
        raise RuntimeError
    assert read_json(path) == {"x": 1}
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"]


def test_a_full_disk_is_said_so_and_leaves_the_old_one(tmp_path):
    path = tmp_path / "a.json"
    write_json(path, {"x": 1})
    with pytest.raises(InputError, match=r"can't write .*No space left"), replacing(path):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert read_json(path) == {"x": 1}


def test_named_things_in_a_folder_are_moved_together(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "old").touch()
    with replacing(tmp_path, "a", "b") as temporary:
        (temporary / "a").write_text("new")
        (temporary / "b").mkdir()
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["a", "b"]


def test_a_folder_that_can_not_be_written_is_said_so(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="can't write to"):
        write_json(tmp_path / "file" / "a.json", {})


@pytest.mark.parametrize("text", ["", '{"x": 1', "[1, 2]", "\x00\x01"])
def test_altered_json_is_refused(tmp_path, text):
    (tmp_path / "card.json").write_text(text)
    with pytest.raises(InputError, match=r"card\.json isn't"):
        read_json(tmp_path / "card.json")


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    path = tmp_path_factory.mktemp("saved") / "model.keras"
    save_keras(zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2, units=(8,)), path)
    return path


@pytest.mark.parametrize("keep", [0, 10, 0.5, 0.99])
def test_a_truncated_model_is_refused(saved, tmp_path, keep):
    content = saved.read_bytes()
    (tmp_path / "cut.keras").write_bytes(content[: int(keep * len(content)) if keep < 1 else keep])
    with pytest.raises(InputError, match=r"cut\.keras isn't a whole \.keras file"):
        load_keras(tmp_path / "cut.keras")


def test_an_altered_model_is_refused(saved, tmp_path):
    content = bytearray(saved.read_bytes())
    content[len(content) // 2] ^= 0xFF
    (tmp_path / "bad.keras").write_bytes(content)
    with pytest.raises(InputError, match=r"bad\.keras (is damaged|isn't a whole)"):
        load_keras(tmp_path / "bad.keras")


def test_a_file_that_asks_for_code_is_refused(saved, tmp_path):
    """A Lambda in place of the encoder: Keras's safe mode must be on, and nothing run."""
    path, proof = tmp_path / "evil.keras", tmp_path / "proof"
    evil = keras.layers.Lambda(lambda x: x)
    config = keras.saving.serialize_keras_object(evil)
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "config.json":
                model = json.loads(content)
                model["config"]["posterior"]["config"]["encoder"] = config
                content = json.dumps(model)
            new.writestr(name, content)
    with pytest.raises(InputError, match=r"evil\.keras isn't a whole"):
        load_keras(path)
    assert not proof.exists()


@pytest.mark.parametrize("name", ["os>system", "zoo.cli>main", "zoo.models.vae>build", "subprocess>Popen"])
def test_a_file_can_not_name_what_isnt_registered(saved, tmp_path, name):
    path = tmp_path / "named.keras"
    module = name.partition(">")[0]
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(path, "w") as new:
        for entry in old.namelist():
            content = old.read(entry)
            if entry == "config.json":
                model = json.loads(content)
                model["config"]["objective"] = {
                    "module": module,
                    "class_name": "function",
                    "config": name,
                    "registered_name": name,
                }
                content = json.dumps(model)
            new.writestr(entry, content)
    with pytest.raises(InputError, match=r"isn't a whole \.keras file of a zoo model"):
        load_keras(path)


def test_somebody_elses_model_is_refused(tmp_path):
    other = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    other.save(tmp_path / "other.keras")
    with pytest.raises(InputError, match="holds a Sequential, not a model of the zoo"):
        load_keras(tmp_path / "other.keras")


def test_a_load_is_the_model_that_was_saved(saved):
    x = np.random.default_rng(0).random((3, 8, 8, 1)).astype("float32")
    assert np.isfinite(np.asarray(zoo.load(saved)(x))).all()
