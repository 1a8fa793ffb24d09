"""The published tables: each can be trained, and the one that is checked in is of today's rows and text."""

import json

import pytest

import zoo
from zoo.errors import InputError
from zoo.tables.leaderboard import TABLES
from zoo.tables.page import markdown
from zoo.tables.published import load_table, names


@pytest.mark.parametrize("name", names())
def test_each_table_can_be_trained_and_says_what_was_published(name):
    table = load_table(name)
    keys = {key for _, key, _ in table.columns}
    assert len({row.name for row in table.rows}) == len(table.rows)
    assert any(row.published for row in table.rows)
    for row in table.rows:
        before = [other.label for other in table.rows[: table.rows.index(row)] if other.data == row.data]
        assert not row.start_from or row.start_from in before
    for row in table.rows:
        assert set(row.published) <= keys
        assert table.by_the_data or zoo.build(row.model, image_shape=(28, 28, 1), **row.arguments).name
    content = {
        "title": "t",
        "paper": table.paper,
        "deviations": table.deviations,
        "why": table.why,
        "compared": [],
        "rows_are_columns": False,
        "rows": [
            row._asdict() | {"results": None, "stages": [1], "command": "c", "pictures": []} for row in table.rows
        ],
    }
    assert table.rows[0].label in markdown(content, table.columns)


def test_the_published_gaps_are_those_of_the_published_bounds():
    """Which a slip of the pen would break: approximation = log p - L[q*], amortization = L[q*] - L[q]."""
    for row in load_table("gaps").rows:
        p = row.published
        best = p["elbo_flow"] if row.arguments["steps"] else p["elbo_gaussian"]
        assert p["log_px"] - best == pytest.approx(p["approximation"], abs=0.02)
        assert best - p["elbo"] == pytest.approx(p["amortization"], abs=0.02)


#: Those that haven't been trained yet.
TO_COME = {
    "avb",
    "bounds",
    "clusters",
    "disentanglement",
    "features",
    "few-labels",
    "pixel",
    "rae",
    "refinement",
    "vamp",
}


def test_a_table_that_has_been_trained_is_checked_in():
    assert {name for name in names() if not (TABLES / f"{name}.json").exists()} <= TO_COME


@pytest.mark.parametrize("name", sorted({*names()} - TO_COME))
def test_the_table_that_is_checked_in_is_of_todays_rows_and_text(name):
    table, content = load_table(name), json.loads((TABLES / f"{name}.json").read_text())
    assert content["title"] == table.title and content["paper"] == table.paper
    assert [row["label"] for row in content["rows"]] == [row.label for row in table.rows]
    assert [row["command"] for row in content["rows"]] == [
        row.command(kept["epochs"], kept["seed"]) for row, kept in zip(table.rows, content["rows"], strict=True)
    ]
    assert content["why"] == table.why
    assert content["compared"] == list(table.compared)
    assert content["rows_are_columns"] == table.rows_are_columns
    assert set(table.deviations) <= set(content["deviations"])
    assert (TABLES / f"{name}.md").read_text() == markdown(content, table.columns)


def test_an_unknown_table_is_refused():
    with pytest.raises(InputError, match="Did you mean 'latent-size'"):
        load_table("latent_size")
