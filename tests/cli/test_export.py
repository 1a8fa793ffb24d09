"""`zoo export`."""

import hashlib
import json

import numpy as np

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
    assert card["export"]["log_px_samples"] == 3, "what was there before is kept"
    size = (run / "model.tflite").stat().st_size
    for precision in ("int8", "float16"):
        report = card["export"]["quantized"][precision]
        assert report["bytes"] == (run / f"model-{precision}.tflite").stat().st_size < size
        assert set(report["differences"]) == set(card["export"]["differences"])
        assert abs(report["log_px_change"]) <= 0.5 and report["psnr"] > 40
        assert f"{report['psnr']:.1f} dB" in outputs["quantize"].stdout
        for form in ("model.tflite", f"model-{precision}.tflite"):
            zoo("sample", run / form, "--n", 3, "--out", f"{precision}{form}.npy", cwd=tmp_path)
        float32, smaller = (np.load(tmp_path / f"{precision}model{end}.tflite.npy") for end in ("", f"-{precision}"))
        assert np.abs(smaller - float32).max() < 0.02
    assert "model-int8.tflite already" in refused("export", "runs/vae-digits", "--quantize", "int8", cwd=folder)


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
