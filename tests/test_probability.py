"""Keras's own settings: its file, and what is set in a process."""

import json
import os
import subprocess
import sys

import keras
import pytest

import zoo
from tests.conftest import tensorflow_only
from zoo.errors import InputError

EVERYTHING = """
import numpy as np, keras, zoo
assert keras.config.image_data_format() == "channels_first"
x = (np.random.default_rng(0).random((16, 7, 5, 1)) < 0.3).astype("float32")
small = {"units": (8,), "filters": (4,), "dense_units": 8}
for name, more in (("conv_vae", {}), ("iaf_vae", small), ("autoencoder", {})):
    model = zoo.build(name, image_shape=(7, 5, 1), latent_dim=2, **more)
    model.compile("adam")
    model.fit(x, verbose=0, validation_split=0.5)
    assert model.predict(x, verbose=0).shape == x.shape
    model.save("model.keras")
    again = zoo.load("model.keras")
    assert np.allclose(again.reconstruct(x), model.reconstruct(x), atol=1e-5)
    layers = [layer for layer in model._flatten_layers() if hasattr(layer, "data_format")]
    assert {layer.data_format for layer in layers} == {"channels_last"} and len(layers) > 3
vae = zoo.load("digits-iaf-mixture")
np.save("sample.npy", vae.sample(3, seed=7))
"""


def in_another_home(folder, code, **settings):
    """The command's output in a process whose Keras has these settings."""
    (folder / "keras.json").write_text(json.dumps({"backend": keras.backend.backend(), "epsilon": 1e-7} | settings))
    environment = os.environ | {"KERAS_HOME": str(folder)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.mark.long
@tensorflow_only
def test_the_zoos_layout_holds_whatever_kerass_settings_say(tmp_path):
    import numpy as np

    in_another_home(tmp_path, EVERYTHING, image_data_format="channels_first", floatx="float32")
    assert np.allclose(np.load(tmp_path / "sample.npy"), zoo.load("digits-iaf-mixture").sample(3, seed=7), atol=1e-5)


@pytest.mark.parametrize("floatx", ["float64", "float16", "bfloat16"])
def test_another_precision_is_refused_in_a_line(floatx):
    keras.config.set_floatx(floatx)
    try:
        for make in (lambda: zoo.build("vae", image_shape=(8, 8, 1)), lambda: zoo.load("digits-iaf-mixture")):
            with pytest.raises(InputError, match=rf"floatx is '{floatx}'.*set_floatx\('float32'\) first"):
                make()
    finally:
        keras.config.set_floatx("float32")


@pytest.mark.long
@tensorflow_only
@pytest.mark.parametrize(
    "settings",
    [
        {"image_data_format": "channels_first", "floatx": "float64"},
        pytest.param({"image_data_format": "channels_last", "floatx": "float16"}, marks=pytest.mark.slow),
    ],
)
def test_the_commands_go_on_with_the_zoos_own(settings, tmp_path):
    code = """
from zoo.cli import app
app(["train", "conv_vae", "--set", "filters=4", "--epochs", "1", "--out", "run"], standalone_mode=False)
app(["sample", "digits-iaf-mixture", "--n", "2", "--out", "s.npy"], standalone_mode=False)
"""
    in_another_home(tmp_path, code, **settings)
    assert (tmp_path / "s.npy").is_file() and (tmp_path / "run" / "model.keras").is_file()
