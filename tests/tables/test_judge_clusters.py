"""The judge of the table of clusters: of trainings from several seeds."""

import dataclasses

import numpy as np
import pytest
from rich.console import Console

from zoo.runs.run import Run
from zoo.tables.published import load_table
from zoo.tables.reproduce import Reproduction
from zoo.tables.table import Row

SIZES = {"latent_dim": 2, "units": [8]}


@pytest.mark.long
def test_trainings_have_seeds_of_their_own_and_a_mean_and_a_spread(monkeypatch, tmp_path):
    plain = [Row(f"VAE, training {n + 1}", "vade", SIZES | {"clusters": None}, "digits", {}, nth=n) for n in range(2)]
    begun = Row("VaDE, training 1", "vade", SIZES, "digits", {"accuracy": 0.9}, start_from="VAE, training 1")
    table = dataclasses.replace(load_table("clusters"), rows=(*plain, begun), limit=200)
    monkeypatch.setattr("zoo.tables.reproduce.load_table", lambda name: table)
    reproduction = Reproduction("clusters", tmp_path / "runs", tmp_path / "out", seed=3)
    console = Console(quiet=True)
    content = reproduction.make(reproduction.plan(None, 1, console), console)
    assert [Run.open(tmp_path / "runs" / row.name).card.seed for row in table.rows] == [3, 4, 3]
    assert [f"--seed {seed}" in row["command"] for seed, row in zip((3, 4, 3), content["rows"], strict=True)] == [
        True
    ] * 3
    first, second, clustered = (row["results"] for row in content["rows"])
    values = [each["mixture_accuracy"] for each in (first, second)]
    assert "spread_accuracy" not in first and first["mean_accuracy"] == values[0]
    assert second["mean_accuracy"] == pytest.approx(np.mean(values))
    assert second["spread_accuracy"] == pytest.approx(np.std(values, ddof=1))
    assert clustered["mean_accuracy"] == clustered["accuracy"] and "accuracy" not in first
    assert clustered["clusters_used"] > 1
