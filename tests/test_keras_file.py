"""`.keras` files: one that was altered, cut short or made by others is refused in a line, and runs nothing."""

import io
import json
import os
import zipfile

import h5py
import keras
import numpy as np
import pytest

import zoo
from zoo.errors import InputError
from zoo.files.saving import save_keras
from zoo.keras_file import load_keras


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
    evil = keras.layers.Lambda(eval(f"lambda x: __import__('pathlib').Path({str(proof)!r}).touch()"))
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


def rewritten(saved, path, edit=None, weights=None, more=(), compression=zipfile.ZIP_STORED):
    """The model's file with another configuration, other weights, or more in it."""
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(path, "w", compression) as new:
        config = json.loads(old.read("config.json"))
        new.writestr("config.json", json.dumps(config if edit is None else edit(config)))
        new.writestr("model.weights.h5", old.read("model.weights.h5") if weights is None else weights)
        for name, content in more:
            new.writestr(name, content)
    return path


def nested(depth):
    """Lists in lists, as JSON's text has them; no encoder goes so deep."""
    return json.loads("[" * 500 + "]" * 500) if depth <= 500 else [nested(500)] * 2


def wider(config):
    layers = config["config"]["posterior"]["config"]["encoder"]["config"]["layers"]
    next(layer for layer in layers if layer["class_name"] == "Dense")["config"]["units"] = 10**12
    return config


def renamed(name):
    def edit(config):
        config["config"]["prior"]["registered_name"] = name
        config["config"]["prior"]["module"] = name.partition(">")[0]
        return config

    return edit


@pytest.mark.parametrize(
    "edit",
    [
        lambda config: [],
        lambda config: None,
        lambda config: 3,
        lambda config: "zoo.vae>VAE",
        lambda config: {},
        lambda config: config | {"config": nested(500)},
        lambda config: config | {"config": None},
        lambda config: config | {"config": {}},
        lambda config: config | {"registered_name": 3},
        wider,
        renamed("zoo.nothing>Prior"),
        renamed("zoo.priors.flow>Nothing"),
        renamed("zoo.>Prior"),
        renamed("zoo..priors>Prior"),
    ],
)
def test_an_altered_configuration_is_refused_in_a_line(saved, tmp_path, edit):
    with pytest.raises(InputError, match=r"isn't a whole \.keras file|holds a ") as told:
        load_keras(rewritten(saved, tmp_path / "a.keras", edit))
    assert "\n" not in str(told.value)


def weights(fill):
    """An HDF5 file's bytes."""
    content = io.BytesIO()
    with h5py.File(content, "w") as file:
        fill(file)
    return content.getvalue()


def of_shape(shape, **options):
    return lambda file: file.create_dataset("layers/dense/vars/0", shape, "float32", **options)


def virtual(file):
    layout = h5py.VirtualLayout((2,), "float32")
    layout[:] = h5py.VirtualSource("/etc/hostname", "x", (2,))
    file.create_virtual_dataset("x", layout)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "isn't a whole"),
        (b"no HDF5", "isn't a whole"),
        (b"\x89HDF\r\n\x1a\n" + b"\xff" * 100, "isn't a whole"),
        (weights(lambda file: None), "isn't a whole"),
        (weights(of_shape((10**12,), chunks=(10**6,), compression="gzip")), "has less of layers/dense/vars/0 than"),
        (weights(of_shape((2**20,))), "has less of"),
        (weights(of_shape((2**30, 2**30), maxshape=(None, None), chunks=(1, 2**20))), "has less of"),
        (weights(of_shape((2,), external=[("/etc/hostname", 0, 8)])), "that are in other files"),
        (weights(virtual), "that are in other files"),
        (weights(lambda file: file.__setitem__("prior", h5py.ExternalLink("/etc/hostname", "x"))), "isn't a whole"),
        (weights(lambda file: file.__setitem__("vars", h5py.SoftLink("/nowhere"))), "isn't a whole"),
        (weights(lambda file: file.create_group("a").__setitem__("a", file["a"])), "isn't a whole"),
    ],
)
def test_altered_weights_are_refused_in_a_line(saved, tmp_path, content, message):
    with pytest.raises(InputError, match=message):
        load_keras(rewritten(saved, tmp_path / "a.keras", weights=content))


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ([("metadata.json", b"\0" * 2**27)], "unpacks from"),
        ([("assets/x", b"x")], "should have config.json and model.weights.h5"),
        ([("../x", b"x")], "out of it or twice"),
    ],
)
def test_more_than_a_model_is_refused_at_once(saved, tmp_path, more, message):
    rewritten(saved, tmp_path / "a.keras", more=more, compression=zipfile.ZIP_DEFLATED)
    with pytest.raises(InputError, match=message):
        load_keras(tmp_path / "a.keras")


def test_a_model_that_was_zipped_again_is_read(saved, tmp_path):
    load_keras(rewritten(saved, tmp_path / "a.keras", compression=zipfile.ZIP_DEFLATED))


def test_what_is_no_file_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "a.keras")
    with pytest.raises(InputError, match="is a FIFO"):
        load_keras(tmp_path / "a.keras")
    (tmp_path / "b.keras").mkdir()
    with pytest.raises(InputError, match="is a folder"):
        load_keras(tmp_path / "b.keras")


def test_somebody_elses_model_is_refused(tmp_path):
    other = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    other.save(tmp_path / "other.keras")
    with pytest.raises(InputError, match="holds a Sequential, not a model of the zoo"):
        load_keras(tmp_path / "other.keras")


def test_a_load_is_the_model_that_was_saved(saved):
    x = np.random.default_rng(0).random((3, 8, 8, 1)).astype("float32")
    assert np.isfinite(np.asarray(zoo.load(saved)(x))).all()


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("where", ["weight", "optimizer"])
def test_weights_that_are_not_finite_are_refused(value, where, tmp_path):
    vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2, units=(8,))
    vae.compile("adam")
    vae.optimizer.build(vae.trainable_variables)
    variable = vae.posterior.head.bias if where == "weight" else vae.optimizer.variables[-1]
    variable.assign(np.where(np.arange(variable.shape[-1]) == 0, value, np.asarray(variable)))
    vae.save(tmp_path / "broken.keras")
    with pytest.raises(InputError, match=r"broken\.keras has weights that are NaN or infinite \("):
        zoo.load(tmp_path / "broken.keras")
