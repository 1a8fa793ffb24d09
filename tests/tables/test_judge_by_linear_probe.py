"""The judgement by a linear probe: errors in per cent, and the gain on another run in pairs."""

import numpy as np
import pytest
from rich.console import Console

from zoo.evaluation.latents.codes import codes
from zoo.evaluation.latents.probe import linear_probe
from zoo.evaluation.subset import subset
from zoo.runs.card import describe
from zoo.runs.run import Run
from zoo.tables.judge_by_linear_probe import WRONG, judge_by_linear_probe


@pytest.mark.long
def test_a_row_stands_beside_another_image_by_image(tmp_path):
    runs = {}
    for size in (2, 20):
        arguments = {"latent_dim": size, "weight": None}
        run = Run.begin(tmp_path / str(size), *describe("contractive_autoencoder", arguments, {"name": "digits"}))
        run.train(1)
        runs[size] = run
    first, second = (judge_by_linear_probe(run, 200, Console(quiet=True), tmp_path / "2") for run in runs.values())
    assert first["gain"] is None and first["gain_se"] is None
    # More units know more.
    assert second["gain"] == pytest.approx(first["error"] - second["error"]) and second["gain"] > 10
    wrong = [np.load(tmp_path / str(size) / WRONG).astype("float64") for size in (2, 20)]
    assert second["gain_se"] == pytest.approx(100 * np.std(wrong[0] - wrong[1], ddof=1) / np.sqrt(200))
    train, test = runs[20].splits.train, runs[20].splits.test
    chosen, model = [subset(split.images, 200) for split in (train, test)], runs[20].load_model()
    accuracy, error = linear_probe(
        codes(model, train.images[chosen[0]]),
        np.asarray(train.labels)[chosen[0]],
        codes(model, test.images[chosen[1]]),
        np.asarray(test.labels)[chosen[1]],
    )
    assert second["error"] == pytest.approx(100 * (1 - accuracy), abs=0.51)
    assert second["error_se"] == pytest.approx(100 * error, rel=0.05)
    assert second["loss"] > 0 and 0 < second["activation"] < 1 and second["num_examples"] == 200
