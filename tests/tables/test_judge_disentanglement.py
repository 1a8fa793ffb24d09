"""The judge of the table of disentanglement."""

import dataclasses
import json

import numpy as np
import pytest
from rich.console import Console

from zoo.evaluation.judgement import named
from zoo.runs.run import Run
from zoo.tables.published import load_table
from zoo.tables.reproduce import Reproduction


@pytest.mark.long
def test_its_figures_are_the_judgements_own_and_their_errors_the_spread(monkeypatch, tmp_path):
    original = load_table("disentanglement")
    row = original.rows[0]._replace(arguments={"beta": 1.0, "latent_dim": 3, "filters": [4]}, draws=2)
    table = dataclasses.replace(original, rows=(row,), samples=5)
    monkeypatch.setattr("zoo.tables.reproduce.load_table", lambda name: table)
    reproduction = Reproduction("disentanglement", tmp_path / "runs", tmp_path / "out", samples=5, limit=50)
    console = Console(quiet=True)
    (content,) = reproduction.make(reproduction.plan(None, 1, console), console)["rows"]
    found = content["results"]
    draws = [json.loads((tmp_path / "runs" / row.folder(draw) / "draw.json").read_text()) for draw in (0, 1)]
    for name in ("mig", "sap", "disentanglement", "completeness", "informativeness", "factor_vae", "nelbo"):
        each = [draw[name] for draw in draws]
        assert found[name] == pytest.approx(np.mean(each))
        assert found[f"{name}_se"] == pytest.approx(np.std(each, ddof=1) / np.sqrt(2))
    run = Run.open(tmp_path / "runs" / row.folder(1))
    own = named("factors").function(run, run.load_model(), None, run.card.seed, console).figures
    assert draws[1]["mig"] == pytest.approx(own["mig"]) and draws[1]["factor_vae"] == pytest.approx(own["factor_vae"])
