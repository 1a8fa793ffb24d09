"""`zoo impute`, and the commands before it on data of which pixels are missing."""

import json

import numpy as np
import pytest
from PIL import Image

from tests.cli.command_line import refused, zoo
from zoo.runs.run import Run

SMALL = ["--epochs", "1", "--latent-dim", "2", "--set", "units=[8]", "--no-fit-prior"]


@pytest.fixture
def holes(tmp_path, rng):
    x = (rng.random((60, 8, 8)) < 0.4).astype("float32")
    np.save(tmp_path / "x.npy", np.where(rng.random(x.shape) < 0.3, np.nan, x))
    return tmp_path


@pytest.mark.long
def test_a_model_is_trained_judged_and_asked_for_what_is_missing(holes):
    said = zoo("train", "--data", "x.npy", *SMALL, cwd=holes).stdout
    assert "missing_data_vae  (pixels are missing)" in said and "bernoulli  (the pixels that are seen are" in said
    folder = "runs/missing_data_vae-x"
    card = json.loads((holes / folder / "card.json").read_text())
    assert card["data"]["missing"] and card["data"]["binarization"] == "none"
    assert (holes / folder / "completions.png").is_file() and (holes / folder / "reconstructions.png").is_file()
    assert np.isfinite([value for row in Run.open(holes / folder).history for value in row.values()]).all()
    said = zoo("evaluate", folder, "--samples", "5", cwd=holes).stdout
    assert np.isfinite(json.loads((holes / folder / "evaluation.json").read_text())["log_px"])
    assert "There are no baselines beside it: these are for whole images." in said
    said = zoo("impute", folder, "x.npy", "--samples", "10", cwd=holes).stdout
    assert "x-completed.npy: " in said and "of 3840 pixels of 60 images were missing, and are means" in said
    assert np.isfinite(np.load(holes / "x-completed.npy")).all()
    assert "x-completed.npy is there already. Give --overwrite" in refused("impute", folder, "x.npy", cwd=holes)
    zoo("impute", folder, "x.npy", "--samples", "10", "--pixels", "--overwrite", cwd=holes)
    assert np.isin(np.load(holes / "x-completed.npy"), (0, 1)).all()


def test_a_model_that_takes_images_whole_refuses_them(holes):
    said = refused("train", "vae", "--data", "x.npy", cwd=holes)
    assert "has NaN or infinite pixels: take them out, or replace them. NaN in place of what is missing is for" in said


@pytest.mark.long
def test_of_pictures_what_is_transparent_is_missing_where_that_is_said(tmp_path, rng):
    (tmp_path / "photos").mkdir()
    for number in range(20):
        pixels = np.stack([255 * (rng.random((8, 8)) < 0.5), 255 * (rng.random((8, 8)) < 0.7)], axis=-1)
        Image.fromarray(pixels.astype("uint8")).save(tmp_path / f"photos/{number}.png")
    train = ["train", "missing_data_vae", "--data", "photos", "--alpha", "missing", *SMALL]
    zoo(*train, cwd=tmp_path)
    run = Run.open(tmp_path / "runs/missing_data_vae-photos")
    assert run.card.data.ground == "missing" and run.card.data.missing
    assert 0.2 < np.isnan(np.asarray(run.splits.train.images)).mean() < 0.4
    assert "is trained already" in zoo(*train, cwd=tmp_path).stdout
    said = zoo("impute", run.folder, "photos/0.png", "--samples", "5", cwd=tmp_path).stdout
    assert "of 64 pixels were missing" in said
    assert "--ground is for transparent pixels" in refused(*train, "--ground", "black", cwd=tmp_path)
