"""Whatever is done to the JSON files that are read again, it is told in a line that names the file, or does no harm."""

import copy
import json
import shutil
from types import SimpleNamespace

import pytest

from zoo.cli.train import _print_summary
from zoo.errors import InputError
from zoo.export.digests import check_digest
from zoo.files.saving import write_json
from zoo.runs.card import describe
from zoo.runs.run import Run
from zoo.tables.leaderboard import TABLES, _of_table, cells, standings
from zoo.tables.reproduce import Reproduction

#: What a value is replaced by, if it isn't of that type.
OTHERS = (None, True, -1, 0, 10**400, 0.5, float("nan"), "", "x", [], [1], {}, {"x": 1})


def altered(content):
    """Copies of `content`: each value replaced by each of `OTHERS`, each entry taken away, and the whole replaced."""
    yield from OTHERS
    for place in _places(content):
        for other in (*OTHERS, _gone):
            changed = copy.deepcopy(content)
            inner = changed
            for key in place[:-1]:
                inner = inner[key]
            if other is _gone:
                del inner[place[-1]]
            else:
                inner[place[-1]] = other
            yield changed


def _gone():
    """An entry that is taken away."""


def _places(content, place=()):
    """The paths to all that is in it; of lists, to the first and the last."""
    items = content.items() if isinstance(content, dict) else list(enumerate(content))
    for key, value in items if isinstance(content, dict) else {**dict(items[:1]), **dict(items[-1:])}.items():
        yield (*place, key)
        if isinstance(value, dict | list):
            yield from _places(value, (*place, key))


def cut(text):
    """What is left of a text that was cut short, or is something else."""
    lengths = {0, 1, 2, len(text) // 3, len(text) // 2, len(text) - 3}
    return [text[:length] for length in lengths] + [
        "\0" + text,
        text * 2,
        "[" * 100_000,
        '{"a":' * 100_000,
        "\ufeff",
        "1e5",
    ]


def refused(read, path, content):
    """How many of the ways to alter a file are refused; of the others nothing may be raised."""
    texts = [json.dumps(each) for each in altered(content)] + cut(json.dumps(content))
    count = 0
    for text in texts:
        path.write_text(text, encoding="utf-8")
        try:
            read()
        except InputError as error:
            assert str(path.parent) in str(error) and "\n" not in str(error), error
            count += 1
    return count, len(texts)


@pytest.fixture
def run(tmp_path):
    card, _ = describe("vae", {"latent_dim": 2}, {"name": "digits"})
    return Run.begin(tmp_path / "run", card)


def test_an_altered_history_is_refused(run):
    rows = [{"epoch": n, "loss": 3.0, "val_loss": 4.0, "bits_per_dim": 1, "seconds": 0.5} for n in (1, 2, 3)]
    console = SimpleNamespace(print=lambda *arguments, **options: None)

    def read():
        opened = Run.open(run.folder)
        if opened.history:
            _print_summary(console, opened, 3)
            names = [name for name in opened.history[0] if not name.startswith("val_")]
            assert all(float(row[name]) is not None for row in opened.history for name in names)

    count, tried = refused(read, run.folder / "history.json", {"epochs": rows})
    assert tried > 150 and count > 0.7 * tried


def test_an_altered_judgement_is_refused(run):
    # Of its figures nothing is read again.
    count, tried = refused(Run.open(run.folder).stale, run.folder / "terms.json", {"epochs": 3})
    assert tried > 30 and count > 0.7 * tried


def test_an_altered_card_is_refused(run):
    card = json.loads((run.folder / "card.json").read_text())
    card |= {"scores": {"log_px": -3.0, "epochs": 3}, "export": {"epochs": 3, "sha256": {"model.tflite": "12"}}}
    (run.folder / "model.tflite").write_bytes(b"1")

    def read():
        opened = Run.open(run.folder)
        opened.stale()
        check_digest(run.folder / "model.tflite")

    count, tried = refused(read, run.folder / "card.json", card)
    assert tried > 400 and count > 0.5 * tried


def test_an_altered_plan_is_refused(tmp_path):
    reproduction = Reproduction("iwae", tmp_path, tmp_path)
    plan = {"asked": {"seed": 0, "samples": 5, "limit": None, "epochs": 1}, "epochs": 1, "begun": "2026-01-01"}
    count, tried = refused(reproduction.kept_plan, tmp_path / "plan.json", plan)
    assert tried > 100 and count > 0.5 * tried


def test_what_was_found_of_a_row_is_refused_where_the_table_cant_show_it(tmp_path):
    reproduction = Reproduction("iwae", tmp_path, tmp_path)
    found = {"nll": 89.2, "nll_se": 0.2, "nelbo": 93.8, "nelbo_se": 0.2, "active_units": 21, "protocol": "dynamic"}
    file = tmp_path / "judged.json"
    count, tried = refused(lambda: reproduction._judged(file), file, found)
    assert tried > 100 and count > 0.5 * tried


def test_an_altered_table_is_refused(tmp_path):
    table = json.loads((TABLES / "iwae.json").read_text())
    table["rows"] = table["rows"][:1]
    count, tried = refused(
        lambda: [cells(row) for row in _of_table(tmp_path / "two.json")],
        tmp_path / "two.json",
        table | {"deviations": []},
    )
    # Much of a table is its page's alone.
    assert tried > 500 and count > 0.2 * tried


def test_the_files_as_they_were_are_read(run, tmp_path):
    write_json(run.folder / "history.json", {"epochs": [{"epoch": 1, "loss": 3, "seconds": 0.5}]})
    assert Run.open(run.folder).history[0]["loss"] == 3
    shutil.copy(TABLES / "iwae.json", tmp_path)
    assert len(standings((tmp_path,))) > 10
