"""The judge of the table of clusters."""

import dataclasses
import json

import pytest
from rich.console import Console

from zoo.runs.run import Run
from zoo.tables.published import load_table
from zoo.tables.reproduce import Reproduction
from zoo.tables.table import Row

SIZES = {"latent_dim": 2, "units": [8]}


@pytest.mark.long
def test_a_draw_begins_with_the_same_draw_of_another_row(monkeypatch, tmp_path):
    plain = Row("VAE", "vade", SIZES | {"clusters": None}, "digits", {}, draws=2)
    begun = Row("VaDE", "vade", SIZES, "digits", {"accuracy": 0.9}, start_from="VAE", draws=2)
    table = dataclasses.replace(load_table("clusters"), rows=(plain, begun), limit=200)
    monkeypatch.setattr("zoo.tables.reproduce.load_table", lambda name: table)
    reproduction = Reproduction("clusters", tmp_path / "runs", tmp_path / "out", seed=3)
    console = Console(quiet=True)
    content = reproduction.make(reproduction.plan(None, 1, console), console)
    cards = [Run.open(tmp_path / "runs" / row.folder(draw)).card for row in table.rows for draw in (0, 1)]
    assert [card.seed for card in cards] == [3, 4, 3, 4]
    assert str(cards[2].start_from).endswith(plain.name) and str(cards[3].start_from).endswith(f"{plain.name}-1")
    first, clustered = (row["results"] for row in content["rows"])
    assert "accuracy" not in first and first["mixture_accuracy_se"] is not None
    each = [json.loads((tmp_path / "runs" / begun.folder(draw) / "draw.json").read_text()) for draw in (0, 1)]
    assert clustered["accuracy"] == pytest.approx((each[0]["accuracy"] + each[1]["accuracy"]) / 2)
    assert clustered["clusters_used"] > 1
