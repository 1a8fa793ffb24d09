"""The models that come trained: their files are those of their cards, and do what is said of them."""

import importlib.util
import io
import subprocess
import sys
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest

import zoo
from tests.conftest import tensorflow_only
from zoo.errors import InputError
from zoo.export.digests import sha256
from zoo.loading import FOLDER, locate, pretrained
from zoo.runs.sample import sample_from

NAMES = sorted(pretrained())
ROOT = Path(__file__).parent.parent
#: How far the mean images of an export may be from the model's.
TOLERANCES = {"model.tflite": 1e-5, "model-float16.tflite": 1e-2}


def tflite(name):
    """The float32 `.tflite` of a pretrained model, or the float16 one of a model that is too large for it."""
    return next(path for path in (FOLDER / name / file for file in TOLERANCES) if path.is_file())


def in_int8(name):
    """The int8 `.tflite` of a pretrained model, in a list; none where it loses too much."""
    return [FOLDER / name / "model-int8.tflite"] if "int8" in pretrained()[name]["export"]["quantized"] else []


def test_those_that_were_promised_are_there():
    promised = {"digits-iaf-mixture", "mnist-conv", "mnist-iaf-mixture", "fashion-conv", "frey-2d"}
    assert promised | {"caltech-iaf-mixture", "cifar10-resnet", "omniglot-iaf-mixture"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_the_files_are_those_of_the_card(name):
    files = {path.name: path for path in (FOLDER / name).iterdir() if path.name != "card.json"}
    assert set(files) == {"model.keras", tflite(name).name, "preview.png", *(file.name for file in in_int8(name))}
    assert {key: sha256(path) for key, path in files.items()} == pretrained()[name]["export"]["sha256"]
    assert files["model.keras"].stat().st_size <= 10_000_000
    assert all(path.stat().st_size <= 4_000_000 for path in files.values() if path.suffix == ".tflite")


def test_the_gallery_is_fresh():
    spec = importlib.util.spec_from_file_location("gallery", ROOT / "scripts" / "gallery.py")
    gallery = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(gallery)
    assert (FOLDER / "README.md").read_text() == gallery.text(), "run `python scripts/gallery.py`"


@tensorflow_only
@pytest.mark.parametrize("name", NAMES)
def test_every_form_samples_the_same(name):
    images = sample_from(name, 4, seed=7)
    assert np.array_equal(images, zoo.load(name).sample(4, seed=7))
    whole = tflite(name)
    assert np.abs(images - sample_from(whole, 4, seed=7)).max() < TOLERANCES[whole.name]
    for file in in_int8(name):
        assert np.abs(images - sample_from(file, 4, seed=7)).max() < 0.1
    assert images.std() > 0.1


@pytest.mark.parametrize("name", NAMES)
def test_an_interpreter_that_is_not_told_a_signature_encodes(name):
    """As the SavedModel's `serving_default` does, which `zoo serve` makes of it."""
    from ai_edge_litert.interpreter import Interpreter

    for file in (tflite(name), *in_int8(name)):
        interpreter = Interpreter(str(file))
        shape = interpreter.get_signature_runner("encode").get_input_details()["x"]["shape"]
        assert [list(each["shape"]) for each in interpreter.get_input_details()] == [list(shape)]


def test_fit_goes_on_from_there():
    """The default model, on the data that it was trained on: it starts where it ended, not where it began."""
    from zoo.data.named import load
    from zoo.data.pipeline import evaluation_batches

    model = zoo.load("digits-iaf-mixture")
    x = np.concatenate([np.asarray(b) for b in evaluation_batches(load("digits").train.images, 100, "dynamic", 0)])
    history = model.fit(x, epochs=1, verbose=0).history
    assert history["loss"][0] == pytest.approx(-pretrained()["digits-iaf-mixture"]["scores"]["elbo"], abs=1.5)


def test_a_name_gives_way_to_a_path(tmp_path, monkeypatch):
    assert locate("mnist-conv") == FOLDER / "mnist-conv"
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mnist-conv").mkdir()
    assert locate("mnist-conv") == Path("mnist-conv")


def test_a_misspelt_name_is_answered_with_the_nearest():
    with pytest.raises(InputError, match="Did you mean 'mnist-conv'"):
        zoo.load("mnist-con")


def test_an_altered_file_is_refused(tmp_path, monkeypatch):
    import shutil

    from zoo import loading

    shutil.copytree(FOLDER / "digits-iaf-mixture", tmp_path / "digits")
    monkeypatch.setattr(loading, "FOLDER", tmp_path)
    zoo.load(tmp_path / "digits")
    with open(tmp_path / "digits" / "model.keras", "ab") as file:
        file.write(b"more")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link").symlink_to(tmp_path / "digits")
    for path in (tmp_path / "digits", "digits", "../" + tmp_path.name + "/digits", "link"):
        with pytest.raises(InputError, match="isn't its card's"):
            zoo.load(path)


SHARED = """
import sys, numpy as np, zoo
vae, levels = (zoo.load(f"{sys.argv[1]}/{name}.keras") for name in ("vamp_vae", "top_down_vae"))
assert vae.prior.posterior is vae.posterior
assert levels.prior.network is levels.posterior.network is levels.likelihood.decoder.layers[0]
for model in (vae, levels):
    assert len({id(w) for w in model.weights}) == len(model.weights)
    truth = np.load(f"{sys.argv[1]}/{model.name}.npz")
    x = truth["x"]
    assert np.allclose(model.sample(3, seed=7), truth["sample"], atol=1e-6)
    assert np.allclose(model.log_px(x, seed=1, num_samples=3), truth["log_px"], atol=1e-4)
    assert np.isfinite(model.fit(x, epochs=1, verbose=0).history["loss"]).all()
"""


def arrays(group):
    for item in group.values():
        yield from arrays(item) if isinstance(item, h5py.Group) else [item]


@pytest.mark.long
def test_what_parts_share_is_saved_once_and_is_one_in_a_new_process(tmp_path, images):
    for name, more in (("vamp_vae", {"components": 50}), ("top_down_vae", {"width": 50})):
        model = zoo.build(name, image_shape=(8, 8, 1), latent_dim=3, units=(16,), **more)
        model.start_from(images)
        model.compile("sgd", run_eagerly=True)
        model.save(tmp_path / f"{name}.keras")
        with zipfile.ZipFile(tmp_path / f"{name}.keras") as file:
            stored = list(arrays(h5py.File(io.BytesIO(file.read("model.weights.h5")))))
        # Beside the weights: the seed generator's and the optimizer's states.
        assert sum(array.size for array in stored) < model.count_params() + 20
        x = images[:5]
        np.savez(
            tmp_path / f"{name}.npz", x=x, sample=model.sample(3, seed=7), log_px=model.log_px(x, seed=1, num_samples=3)
        )
    done = subprocess.run([sys.executable, "-c", SHARED, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
