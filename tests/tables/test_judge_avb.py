"""The judge of the table of adversarial variational Bayes."""

import dataclasses
import json

import numpy as np
import pytest
from rich.console import Console

from zoo.evaluation.likelihood.ais import annealed_importance_sampling
from zoo.runs.run import Run
from zoo.tables.published import avb, load_table
from zoo.tables.reproduce import Reproduction

SIZES = {"latent_dim": 2, "units": [8]}


@pytest.mark.long
def test_it_is_annealed_importance_sampling_and_the_difference_is_of_the_same_images(monkeypatch, tmp_path):
    monkeypatch.setattr(avb, "TEMPERATURES", 10)
    gaussian = avb.GAUSSIAN._replace(data="digits", arguments=SIZES | {"encoder_units": [8]})
    monkeypatch.setattr(avb, "GAUSSIAN", gaussian)
    rival = load_table("avb").rows[2]._replace(data="digits", arguments=SIZES)
    table = dataclasses.replace(load_table("avb"), rows=(gaussian, rival), limit=20)
    monkeypatch.setattr("zoo.tables.reproduce.load_table", lambda name: table)
    reproduction = Reproduction("avb", tmp_path / "runs", tmp_path / "out")
    console = Console(quiet=True)
    content = reproduction.make(reproduction.plan(None, 1, console), console)
    first, second = (row["results"] for row in content["rows"])
    each = [json.loads((tmp_path / "runs" / row.name / avb.KEPT).read_text())["log_px"] for row in table.rows]
    difference = np.subtract(each[1], each[0])
    assert second["gain"] == pytest.approx(difference.mean()) and "gain" not in first
    assert second["gain_se"] == pytest.approx(difference.std(ddof=1) / np.sqrt(20))
    run = Run.open(tmp_path / "runs" / rival.name)
    images = run.test_batches(np.sort(np.random.default_rng(0).permutation(len(run.splits.test.images))[:20]))
    found = annealed_importance_sampling(run.load_model(), images, 10, avb.CHAINS)
    assert second["log_px"] == pytest.approx(found.log_px.mean(), abs=3)
    assert second["reported"] == run.history[-1]["val_elbo_estimate"]
