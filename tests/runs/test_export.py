"""A run's export as a whole: large and coloured images, what is refused, and what a kill leaves."""

import json
import shutil
import subprocess
import sys

import numpy as np
import pytest

from tests.conftest import tensorflow_only
from zoo.errors import InputError
from zoo.runs.card import describe, write_card
from zoo.runs.run import Run
from zoo.runs.sample import sample_from

pytestmark = [tensorflow_only, pytest.mark.long]


def pictures(count, height, width, channels):
    """Soft blobs, uint8."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    centre = rng.random((count, 1, 1, channels, 2))
    distance = (y[None, ..., None] - centre[..., 0]) ** 2 + (x[None, ..., None] - centre[..., 1]) ** 2
    return np.round(255 * np.exp(-8 * distance)).astype("uint8")


def trained(folder, likelihood, shape, latent_dim=8, **arguments):
    """A run of a few steps, on pictures of that shape."""
    folder.mkdir()
    np.save(folder / "pictures.npy", pictures(120, *shape))
    data = {"name": str(folder / "pictures.npy")}
    arguments = {"likelihood": likelihood, "latent_dim": latent_dim, "filters": [8, 8]} | arguments
    card, splits = describe("conv_vae", arguments, data, batch_size=16, learning_rate=1e-2)
    run = Run.begin(folder / "run", card)
    run.splits = splits
    run.train(2)
    return run


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """An exported run on coloured images of 64x64 whose pixels are drawn with 256 levels."""
    from zoo.runs.export import export_run

    run = trained(tmp_path_factory.mktemp("run") / "data", "discretized_logistic", (64, 64, 3))
    export_run(run, num_samples=2)
    return run


@pytest.fixture
def copied(run, tmp_path):
    """The same run in a folder of its own, to be changed."""
    shutil.copytree(run.folder, tmp_path / "run")
    copied = Run.open(tmp_path / "run")
    copied.splits = run.splits
    return copied


def test_large_images_of_many_levels_are_exported(run):
    """Of 40000 pixels that are drawn, a few lie on another level in a `.tflite`."""
    assert all(row["tflite"] <= row["tolerance"] for row in run.card.export["differences"].values())
    drawn, ours = (sample_from(path, 3, 7, pixels=True) for path in (run.folder / "model.tflite", run.folder))
    assert np.mean(np.abs(drawn - ours) > 1e-3) < 1e-3
    assert np.max(np.abs(drawn - ours)) < 1.001 / 255


def test_a_level_further_than_rounding_is_refused(run):
    """Means that are a tenth of a level off: nine in ten of the pixels are drawn alike."""
    from zoo.export.compare import _difference
    from zoo.signature import Signature

    model = run.load_model()
    sides = np.stack(model.sides_of_pixels(3, np.int32([0, 7]), 1e-5))
    drawn = np.asarray(model.sample_pixels(3, 7))
    assert _difference(Signature(None, {}), [(sides, drawn)]) == 0
    moved = np.asarray(model.sides_of_pixels(3, np.int32([0, 7]), 0.1 / 255)[0])
    assert np.mean(moved == drawn) > 0.85
    assert _difference(Signature(None, {}), [(sides, moved)]) == pytest.approx(1 / 255, rel=1e-3)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("likelihood", "shape"),
    [
        *(("discretized_logistic", shape) for shape in [(28, 28, 1), (64, 64, 1), (105, 105, 1), (128, 128, 3)]),
        *(("bernoulli", shape) for shape in [(48, 40, 1), (105, 105, 1)]),
        *(("gaussian", shape) for shape in [(28, 28, 3), (128, 128, 3)]),
    ],
)
def test_images_of_all_sizes_and_colours_are_exported_with_the_networks_that_are_customary(tmp_path, likelihood, shape):
    from zoo.runs.export import export_run

    run = trained(tmp_path / "data", likelihood, shape, filters=[32, 64], latent_dim=32)
    report = export_run(run)
    assert all(row["tflite"] <= row["tolerance"] for row in report["differences"].values())


def test_what_changes_the_densities_too_much_is_not_written_and_the_rest_is(copied, monkeypatch):
    """int8 refused, float16 not; then int8 let through by a larger tolerance."""
    from zoo.runs import export as module

    changes = {b"int8": 0.0301, b"float16": -0.0004}
    monkeypatch.setattr(module, "quantize", lambda content, precision: precision.encode())
    monkeypatch.setattr(module, "measure", lambda content, *others: {"bits_per_dim_change": changes[content]})
    report = module.export_run(copied, precisions=["int8", "float16"])
    assert report["quantized"] == {"float16": {"bits_per_dim_change": -0.0004, "tolerance": 0.02}}
    assert report["refused"] == {"int8": {"bits_per_dim_change": 0.0301, "tolerance": 0.02}}
    assert (copied.folder / "model-float16.tflite").exists() and not (copied.folder / "model-int8.tflite").exists()
    assert "model-float16.tflite" in report["sha256"] and "model-int8.tflite" not in report["sha256"]
    assert json.loads((copied.folder / "card.json").read_text())["export"] == report
    changes[b"float16"] = np.nan
    report = module.export_run(copied, precisions=["int8"], tolerance=0.04)
    assert (set(report["quantized"]), set(report["refused"])) == ({"float16", "int8"}, set())
    assert report["quantized"]["int8"]["tolerance"] == 0.04
    assert (copied.folder / "model-int8.tflite").exists()


def test_a_second_export_waits_for_none(copied):
    from zoo.files.saving import alone_in
    from zoo.runs.export import export_run

    with alone_in(copied.folder, "export-lock"), pytest.raises(InputError, match="another process is writing in"):
        export_run(copied, overwrite=True)


#: Puts the files of another export in the place of a run's, and is killed at the COUNTth of its renames.
KILLED = """
import os, shutil, signal, sys
from pathlib import Path
from zoo.files.saving import replacing
run, other, count = Path(sys.argv[1]), Path(sys.argv[2]), [int(sys.argv[3])]

def hook(event, args):
    count[0] -= event == "os.rename"
    if not count[0] and event == "os.rename":
        os.kill(os.getpid(), signal.SIGKILL)

with replacing(run, "saved_model", "model.tflite", "card.json", "model-int8.tflite") as new:
    shutil.copytree(other / "saved_model", new / "saved_model")
    for name in ("model.tflite", "card.json"):
        shutil.copy(other / name, new / name)
    sys.addaudithook(hook)
"""


def test_after_a_kill_between_the_renames_all_forms_of_a_model_agree(run, copied):
    """Of an export of the same model with other digests: its graphs have another order, and there is a file more."""
    from zoo.export.digests import sha256
    from zoo.export.tflite import with_default
    from zoo.export.vouching import sign

    other = copied.folder.parent / "other"
    shutil.copytree(copied.folder, other)
    (other / "model.tflite").write_bytes(with_default((other / "model.tflite").read_bytes(), "sample"))
    (other / "saved_model/1/assets.extra/more").touch()
    export = run.card.export | {"log_px_samples": 3, "signed": sign(other / "saved_model/1")}
    export["sha256"] = export["sha256"] | {
        name: sha256(other / name) for name in ("model.tflite", "saved_model/1/assets.extra/more")
    }
    write_card(other / "card.json", export=export)
    expected, seen = sample_from(run.folder, 2, 7), set()
    for count in range(1, 8):
        shutil.rmtree(copied.folder)
        shutil.copytree(run.folder, copied.folder)
        done = subprocess.run([sys.executable, "-c", KILLED, copied.folder, other, str(count)], check=False)
        for form in ("model.tflite", "saved_model"):
            assert np.allclose(sample_from(copied.folder / form, 2, 7), expected, atol=1e-5)
        card = Run.open(copied.folder).card.export
        assert card in (export, run.card.export)
        assert (copied.folder / "saved_model/1/assets.extra/more").exists() == (card == export)
        seen.add((done.returncode, card["log_px_samples"]))
    assert seen == {(-9, 2), (-9, 3), (0, 3)}
