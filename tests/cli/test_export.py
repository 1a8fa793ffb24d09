"""`zoo export`."""

import hashlib
import json
import shutil

import numpy as np
import pytest

from tests.cli.command_line import TRAIN, refused, zoo


def test_the_card_says_what_there_is(workplace):
    run = workplace[0] / "runs/vae-digits"
    card = json.loads((run / "card.json").read_text())
    assert card["scores"]["num_samples"] == 5
    assert card["export"]["log_px_samples"] == 3
    assert set(card["export"]["differences"]) == {
        "encode",
        "decode",
        "reconstruct",
        "sample",
        "sample_pixels",
        "log_px",
    }
    assert {"model.tflite", "saved_model/1/saved_model.pb", "model.keras"} <= set(card["export"]["sha256"])
    for name, digest in card["export"]["sha256"].items():
        assert hashlib.sha256((run / name).read_bytes()).hexdigest() == digest


def test_smaller_exports_are_measured_and_draw_nearly_the_same(workplace, tmp_path):
    folder, outputs = workplace
    run = folder / "runs/vae-digits"
    card = json.loads((run / "card.json").read_text())
    assert card["export"]["log_px_samples"] == 3
    size = (run / "model.tflite").stat().st_size
    for precision in ("int8", "float16"):
        report = card["export"]["quantized"][precision]
        assert report["bytes"] == (run / f"model-{precision}.tflite").stat().st_size < size
        assert set(report["differences"]) == set(card["export"]["differences"])
        assert abs(report["bits_per_dim_change"]) <= 0.02 == report["tolerance"] and report["psnr"] > 40
        assert f"{report['bits_per_dim_change']:+.5f}" in outputs["export"].stdout
        assert f"{report['psnr']:.1f} dB" in outputs["export"].stdout
        for form in ("model.tflite", f"model-{precision}.tflite"):
            zoo("sample", run / form, "--n", 3, "--out", f"{precision}{form}.npy", cwd=tmp_path)
        float32, smaller = (np.load(tmp_path / f"{precision}model{end}.tflite.npy") for end in ("", f"-{precision}"))
        assert np.abs(smaller - float32).max() < 0.02
    assert "model-int8.tflite already" in refused("export", "runs/vae-digits", "--quantize", "int8", cwd=folder)


@pytest.mark.long
def test_a_refusal_says_what_was_written_and_recommends_nothing_that_was_not(workplace, tmp_path):
    shutil.copytree(workplace[0] / "runs/vae-digits", tmp_path / "run")
    for precision in ("int8", "float16"):
        (tmp_path / f"run/model-{precision}.tflite").unlink()
    asked = ["export", "run", "--quantize", "int8", "--quantize", "float16", "--tolerance"]
    done = zoo(*asked, 1e-9, cwd=tmp_path, check=False)
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert "int8 and float16 were not written: the mean log_px changes, int8 by" in done.stderr
    assert "model.tflite (float32) is there" in done.stderr
    card = json.loads((tmp_path / "run/card.json").read_text())
    assert card["export"]["log_px_samples"] == 3, "what was there before is kept"
    assert "int8 (not written)" in done.stdout and "in bits per dimension" in done.stdout
    assert not list((tmp_path / "run").glob("model-*.tflite"))
    done = zoo(*asked, 0.02, cwd=tmp_path)
    assert len(list((tmp_path / "run").glob("model-*.tflite"))) == 2
    assert "not written" not in done.stdout


@pytest.mark.long
def test_a_smaller_export_is_of_the_model_that_is_there(tmp_path):
    # Brackets in a path are a pattern to TensorFlow, and markup to Rich.
    name = "exp[lr=3] *:smile:/[bold]run[/bold]"
    run = tmp_path / name
    assert f"run  {name}\n" in zoo(*TRAIN, "--out", name, cwd=tmp_path).stdout
    exported = zoo("export", name, "--samples", 2, "--quantize", "int8", cwd=tmp_path).stdout
    assert f"model.tflite  {name}/model.tflite\n" in exported
    zoo(*TRAIN, "--out", name, "--epochs", "3", cwd=tmp_path)
    quantize = ["export", name, "--samples", 2, "--quantize", "float16"]
    assert "of an earlier model" in refused(*quantize, cwd=tmp_path)
    before = (run / "model-int8.tflite").read_bytes()
    zoo(*quantize, "--overwrite", cwd=tmp_path)
    assert (run / "model-float16.tflite").exists()
    assert (run / "model-int8.tflite").read_bytes() != before, "made again from the file that was replaced"
