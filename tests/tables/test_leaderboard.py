import json

import pytest

from zoo.errors import InputError
from zoo.loading import FOLDER, pretrained
from zoo.tables.leaderboard import Standing, cells, markdown, standings


def test_every_pretrained_model_and_every_row_of_a_table_is_there():
    rows = standings()
    ours = {row.name: row.nll for row in rows if row.source.startswith("pretrained")}
    assert ours == {name: -card["scores"]["log_px"] for name, card in pretrained().items()}
    for path in (FOLDER / "tables").glob("*.json"):
        for row in json.loads(path.read_text())["rows"]:
            if "nll" in (row["results"] or {}):
                assert any(standing.nll == row["results"]["nll"] for standing in rows)
            if "nll" in row["published"] and row["results"]:
                assert any(standing.published and standing.nll == row["published"]["nll"] for standing in rows)


def test_the_page_is_fresh():
    assert (FOLDER / "LEADERBOARD.md").read_text() == markdown(standings()), "run `python scripts/gallery.py`"


def test_protocols_are_never_mixed(tmp_path, monkeypatch):
    """The same set, binarized in two ways, is two tables; the best of each is first."""
    (tmp_path / "tables").mkdir()
    rows = [
        {
            "label": label,
            "model": "vae",
            "published_as": "",
            "binarization": None if protocol == "dynamic" else protocol,
            "data": "mnist",
            "stages": [3],
            "published": {"nll": nll - 2},
            "results": {
                "nll": nll,
                "nll_se": 0.2,
                "log_px": -nll,
                "log_px_se": 0.2,
                "num_samples": 10,
                "num_examples": 50,
                "collapsed": 20,
                "protocol": protocol,
            },
        }
        for label, nll, protocol in (("A", 90.0, "dynamic"), ("B", 88.0, "dynamic"), ("C", 80.0, "static"))
    ]
    # Published, and not trained yet.
    rows.append(rows[1] | {"label": "D", "published": {"nll": 85.0}, "results": None})
    # Trained again, for longer.
    rows.append(rows[0] | {"label": "A, longer", "published_as": "A", "stages": [3, 9]})
    content = {
        "table": "t",
        "paper": "Nobody 2026, Nothing.",
        "plan": {"epochs": 3, "asked": {"limit": None}},
        "rows": rows,
    }
    (tmp_path / "tables" / "t.json").write_text(json.dumps(content))
    monkeypatch.setattr("zoo.tables.leaderboard.pretrained", dict)
    found = standings([tmp_path / "tables"])
    by_data = {data: [row.nll for row in found if row.data == data] for data in {row.data for row in found}}
    assert sorted(by_data.values()) == [[78.0, 80.0], [85.0, 86.0, 88.0, 88.0, 90.0, 90.0]]
    text = markdown(found)
    assert text.count("## mnist, ") == 2
    assert "| *B* | *86.00* |  | *published: Nobody 2026* |" in text
    assert "| vae: A | at most 90.00 ± 0.20 |  | table t, 3 epochs, 10 samples, 40 % may be lower |" in text
    assert "| vae: A, longer | at most 90.00 ± 0.20 |  | table t, 3 + 9 epochs, 10 samples, 40 % may be lower |" in text
    assert text.count("| *A* |") == 1


def test_a_folder_of_other_things_is_refused(tmp_path):
    half = '{"table": "t", "paper": "p", "plan": {}, "rows": [{"stages": [1], "results": null}]}'
    for content in ("{}", '{"table": "t", "paper": "p", "plan": {}, "rows": [{}]}', '{"rows": 3}', half):
        (tmp_path / "plan.json").write_text(content)
        with pytest.raises(InputError, match=r"plan.json isn't a table that this `zoo reproduce` wrote"):
            standings([tmp_path])


def test_a_figure_is_a_bound_where_more_than_one_image_in_twenty_may_be_lower():
    row = Standing("d", "VAE", 90.0, "s", False, 0.2, 3.0, 0.1, 1000, 0.051)
    assert cells(row)[1:] == ["at most 90.00 ± 0.20", "at most 3.000 ± 0.100", "s, 1000 samples, 5 % may be lower"]
    assert cells(row._replace(doubtful=0.05))[1:3] == ["90.00 ± 0.20", "3.000 ± 0.100"]
    assert cells(row._replace(doubtful=0.5, bits_per_dim=None, bits_per_dim_se=None))[2] == ""


@pytest.mark.parametrize("published", [True, False])
def test_a_published_row_is_marked(published):
    row = Standing("mnist", "VAE", 86.76, "somewhere", published)
    assert all(text.startswith("*") == published for text in cells(row) if text)
