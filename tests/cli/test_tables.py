"""The commands on a table: what is trained on a CSV draws and completes one."""

import json

import numpy as np
import pytest
from sklearn.datasets import load_wine

from tests.cli.command_line import refused, zoo

SMALL = ["--epochs", "1", "--latent-dim", "2", "--set", "units=[8]", "--no-fit-prior"]


@pytest.fixture
def table(tmp_path):
    data, rng = load_wine(), np.random.default_rng(0)
    names = [*data.feature_names[:3], "magnesium", "kind"]
    cells = [
        [*map(str, x[:3]), str(int(x[4])), data.target_names[y]] for x, y in zip(data.data, data.target, strict=True)
    ]
    cells = [["" if rng.random() < 0.1 else cell for cell in row] for row in cells]
    (tmp_path / "wine.csv").write_text("\n".join(",".join(row) for row in [names, *cells]) + "\n")
    return tmp_path


@pytest.mark.long
def test_a_table_is_trained_on_and_drawn_again(table):
    said = zoo("train", "--data", "wine.csv", *SMALL, "--plan", cwd=table).stdout
    assert "alcohol (number), malic_acid (number), ash (number), magnesium (count), kind (class: class_0, c" in said
    assert not (table / "runs").exists()
    said = zoo("train", "--data", "wine.csv", *SMALL, cwd=table).stdout
    assert "table_vae  (the data are a table)" in said
    folder = table / "runs/table_vae-wine"
    card = json.loads((folder / "card.json").read_text())
    assert [column["kind"] for column in card["data"]["columns"]] == ["number"] * 3 + ["count", "class"]
    assert card["arguments"]["kinds"] == ["number"] * 3 + ["count", 3]
    assert (folder / "samples.csv").is_file() and not (folder / "samples.png").exists()
    assert "is trained already" in zoo("train", "--data", "wine.csv", *SMALL, cwd=table).stdout
    zoo("evaluate", folder, "--samples", "5", cwd=table)
    zoo("sample", folder, "--n", "20", "--seed", "3", cwd=table)
    head, *rows = (table / "samples.csv").read_text().splitlines()
    assert head == "alcohol,malic_acid,ash,magnesium,kind" and len(rows) == 20
    for row in rows:
        *numbers, count, label = row.split(",")
        assert np.isfinite([float(each) for each in numbers]).all() and int(count) >= 0
        assert label in ("class_0", "class_1", "class_2")
    assert "must end in .csv or .npy" in refused("sample", folder, "--out", "x.png", cwd=table)
    said = zoo("impute", folder, "wine.csv", "--samples", "10", cwd=table).stdout
    assert "cells of 178 rows were missing" in said
    before, after = ((table / name).read_text().splitlines() for name in ("wine.csv", "wine-completed.csv"))
    assert before[0] == after[0] and len(before) == len(after)
    for row, made in zip(before[1:], after[1:], strict=True):
        was, now = row.split(","), made.split(",")
        # Numbers come back with six digits.
        assert all(now) and all(a in ("", b) for a, b in zip(was[3:], now[3:], strict=True))


def test_a_model_of_images_refuses_a_table(table):
    assert "is a table, and vae is for images: table_vae is for tables" in refused(
        "train", "vae", "--data", "wine.csv", cwd=table
    )
