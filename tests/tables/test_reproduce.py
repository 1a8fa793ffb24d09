import dataclasses
import json
import shlex

import numpy as np
import pytest
from rich.console import Console

from zoo.errors import InputError
from zoo.runs.evaluate import evaluate_run
from zoo.runs.run import Run
from zoo.tables.judge_by_importance_sampling import judge_by_importance_sampling
from zoo.tables.reproduce import Reproduction
from zoo.tables.table import Row, Table

ROWS = tuple(
    Row(f"{size} latent dimensions", "vae", {"latent_dim": size, "units": [8]}, "digits", {"nll": 20.0 + size})
    for size in (1, 2)
)


@pytest.fixture
def table(monkeypatch):
    """Two small models on the digits that ship with scikit-learn. It is called with what is to be otherwise."""
    content = Table(
        title="Two sizes",
        paper="Nobody 2026, Nothing, table 1.",
        deviations=("Smaller.",),
        why="They had more time.",
        samples=5,
        columns=(("-log p(x)", "nll", ".2f"), ("active units", "active_units", "d")),
        rows=ROWS,
        judge=judge_by_importance_sampling,
    )

    def change(**fields):
        monkeypatch.setattr("zoo.tables.reproduce.load_table", lambda name: dataclasses.replace(content, **fields))

    change()
    return change


def reproduce(folder, **settings):
    reproduction = Reproduction("two", folder / "runs", folder / "out", **settings)
    console = Console(quiet=True)
    return reproduction.make(reproduction.plan(None, 2, console), console)


@pytest.mark.long
def test_a_row_is_what_its_command_trains(table, tmp_path):
    content = reproduce(tmp_path)
    row = content["rows"][0]
    assert row["command"] == (
        "zoo train vae --data digits --set latent_dim=1 --set 'units=[8]' --epochs 2 --batch-size 100 "
        "--learning-rate 0.003 --decay --no-fit-prior --start-at-mean --seed 0 --out runs/1-latent-dimensions-digits"
    )
    from click.testing import CliRunner

    from zoo.cli import app

    done = CliRunner().invoke(app, [*shlex.split(row["command"])[1:-1], str(tmp_path / "alone")])
    assert done.exit_code == 0, done.output
    alone, ours = (Run.open(folder) for folder in (tmp_path / "alone", tmp_path / "runs" / ROWS[0].name))
    assert alone.card.decay == 2
    for a, b in zip(alone.load_model().get_weights(), ours.load_model().get_weights(), strict=True):
        assert np.array_equal(a, b)


@pytest.mark.long
def test_a_row_goes_on_from_an_earlier_one(table, tmp_path):
    first = ROWS[0]
    arguments = first.arguments | {"k": 4}
    after = Row("then k = 4", "iwae", arguments, "digits", {}, training={"clip_norm": 50.0}, start_from=first.label)
    table(rows=(first, after))
    content = reproduce(tmp_path)
    words = "--decay --clip-norm 50 --no-fit-prior --start-from runs/1-latent-dimensions-digits --seed"
    assert words in content["rows"][1]["command"]
    earlier, later = (Run.open(tmp_path / "runs" / row.name) for row in (first, after))
    assert later.card.start_from == str(earlier.folder)
    assert not later.card.start_at_mean
    assert later.card.clip_norm == 50.0
    for theirs, ours in zip(earlier.load_model().get_weights(), later.new_model().get_weights(), strict=True):
        assert np.array_equal(theirs, ours)
    text = (tmp_path / "out" / "two.md").read_text()
    assert '- "then k = 4" begins with the weights of "1 latent dimensions"; its time is that of both.' in text
    assert "| 2 + 2 |" in text
    seconds = sum(epoch["seconds"] for run in (earlier, later) for epoch in run.history)
    assert content["rows"][1]["results"]["training_seconds"] == round(seconds)
    assert '- "then k = 4" is trained with gradients clipped at a norm of 50.' in text


@pytest.mark.long
def test_all_draws_may_go_on_from_one_row(table, tmp_path):
    """A classifier of few labels, say, which another choice of labels is given each time."""
    first = ROWS[0]
    row = first._replace(label="then", start_from=first.label, draws=2)
    assert [row.start_folder(draw) for draw in (0, 1)] == [first.name, f"{first.name}-1"]
    table(rows=(first, row._replace(same_start=True)))
    content = reproduce(tmp_path)
    earlier, *later = (Run.open(tmp_path / "runs" / name) for name in (first.name, row.name, f"{row.name}-1"))
    assert {run.card.start_from for run in later} == {str(earlier.folder)}
    assert [run.card.seed for run in later] == [0, 1]
    seconds = [round(sum(epoch["seconds"] for run in (earlier, run) for epoch in run.history)) for run in later]
    assert content["rows"][1]["results"]["training_seconds"] == sum(seconds)


@pytest.mark.long
def test_the_speed_of_a_row_is_measured_before_the_one_that_it_goes_on_from(table, tmp_path):
    table(rows=(ROWS[0], ROWS[0]._replace(label="then", start_from=ROWS[0].label)))
    plan = Reproduction("two", tmp_path / "runs", tmp_path / "out").plan(600.0, None, Console(quiet=True))
    assert plan["epochs"] > 50


def test_the_table_has_both_figures_and_the_deviations(table, tmp_path):
    content = reproduce(tmp_path, limit=20)
    assert json.loads((tmp_path / "out" / "two.json").read_text()) == json.loads(json.dumps(content))
    text = (tmp_path / "out" / "two.md").read_text()
    figures = content["rows"][1]["results"]
    assert f"{figures['nll']:.2f} ± {figures['nll_se']:.2f} | 22.0 |" in text
    assert figures["nll"] == -figures["log_px"]
    for words in (
        "# Two sizes",
        "Nobody 2026",
        "- Smaller.",
        "Seed 0, and as many epochs as each row says",
        "20 randomly chosen test images",
        "5 imp",
    ):
        assert words in text
    assert figures["num_examples"] == 20


def test_models_without_a_likelihood_have_neither_a_first_mean_nor_importance_samples(table, tmp_path):
    arguments = {"latent_dim": 2, "units": [8]}
    row = Row("one", "contractive_autoencoder", arguments, "digits", {"loss": 3.0}, training={"start_at_mean": False})
    table(
        rows=(row,),
        samples=None,
        columns=(("loss", "loss", ".2f"),),
        judge=lambda run, samples, limit, console: evaluate_run(run, samples, 0, limit, console).figures,
    )
    content = reproduce(tmp_path, limit=20)
    assert "--start-at-mean" not in content["rows"][0]["command"]
    text = (tmp_path / "out" / "two.md").read_text()
    assert "along half a cosine.\n" in text and "20 randomly chosen test images.\n" in text


@pytest.mark.long
def test_the_command_prints_what_it_wrote(table, tmp_path, monkeypatch):
    from click.testing import CliRunner

    from zoo.cli import app

    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["reproduce", "two", "--epochs", "1", "--out", "tables"])
    assert done.exit_code == 0, done.output
    rows = json.loads((tmp_path / "tables/two.json").read_text())["rows"]
    for row in rows:
        assert f"{row['label']}, digits, 1 epoch" in done.output
        assert f"{row['results']['nll']:.2f} ± {row['results']['nll_se']:.2f}" in done.output
    assert "Next: zoo leaderboard --tables tables" in done.output
    assert max(map(len, done.output.splitlines())) <= 80
    # A picture, a plan, data that are gone.
    (tmp_path / "runs/tables/two/plan.json").write_text("{}")
    again = CliRunner().invoke(app, ["reproduce", "two", "--epochs", "1", "--out", "tables"])
    assert "plan.json isn't the JSON that was written there" in str(again.exception)


@pytest.mark.long
def test_a_table_that_is_there_is_left_alone_without_being_asked(table, tmp_path, monkeypatch):
    """The repository has tables of its own, and the command is to be given there."""
    from click.testing import CliRunner

    from zoo.cli import app

    monkeypatch.chdir(tmp_path)
    ask = ["reproduce", "two", "--epochs", "1", "--limit", "5"]
    first = CliRunner().invoke(app, ask)
    assert first.exit_code == 0 and "saved_models/tables/two.md" in first.output
    before = (tmp_path / "saved_models/tables/two.json").read_bytes()
    for _ in range(2):
        other = CliRunner().invoke(app, [*ask, "--runs", "others"])
        assert other.exit_code == 0 and "--tables tables" in other.output
    assert (tmp_path / "tables/two.json").is_file()
    assert (tmp_path / "saved_models/tables/two.json").read_bytes() == before


def test_data_that_are_missing_are_missed_before_anything_is_trained(table, tmp_path):
    table(rows=(*ROWS, ROWS[0]._replace(data="nowhere/")))
    with pytest.raises(InputError, match="no such file or folder"):
        reproduce(tmp_path)
    assert not (tmp_path / "runs").exists()


@pytest.mark.long
def test_it_goes_on_where_it_was_stopped(table, tmp_path):
    judged = []

    def judge(run, *arguments):
        judged.append(run.folder.name)
        if len(judged) == 2:
            raise KeyboardInterrupt
        return judge_by_importance_sampling(run, *arguments)

    table(judge=judge)
    with pytest.raises(KeyboardInterrupt):
        reproduce(tmp_path)
    assert "| 21.0 |" in (tmp_path / "out" / "two.md").read_text()
    models = {path: path.read_bytes() for path in (tmp_path / "runs").rglob("model.keras")}
    assert len(models) == 2
    content = reproduce(tmp_path)
    assert judged == [ROWS[0].name, ROWS[1].name, ROWS[1].name]
    assert all(path.read_bytes() == before for path, before in models.items())
    assert all(row["results"] for row in content["rows"])


def test_it_goes_on_with_changed_data_when_asked_to(table, tmp_path, monkeypatch):
    from click.testing import CliRunner

    from zoo.cli import app

    def judge(run, *arguments):
        raise KeyboardInterrupt

    monkeypatch.chdir(tmp_path)
    images = np.random.default_rng(0).integers(0, 256, (40, 8, 8), "uint8")
    np.save("d.npy", images)
    rows = (ROWS[0]._replace(data="d.npy"),)
    table(rows=rows, judge=judge)
    ask = ["reproduce", "two", "--epochs", "1", "--out", "tables"]
    CliRunner().invoke(app, ask)
    assert list(tmp_path.rglob("model.keras"))
    np.save("d.npy", images[:-1])
    table(rows=rows)
    refused = CliRunner().invoke(app, ask)
    assert "has 39 images, and had 40" in str(refused.exception) and "--changed-data" in str(refused.exception)
    done = CliRunner().invoke(app, [*ask, "--changed-data"])
    assert done.exit_code == 0, done.output
    assert json.loads((tmp_path / "tables/two.json").read_text())["rows"][0]["results"]["nll"] > 0


@pytest.mark.long
def test_the_budget_is_made_epochs_once(table, tmp_path):
    reproduction = Reproduction("two", tmp_path / "runs", tmp_path / "out")
    plan = reproduction.plan(600.0, None, Console(quiet=True))
    # 13 small steps an epoch: many epochs in ten minutes, but each takes some time.
    assert 50 < plan["epochs"] < 1_000_000
    assert Reproduction("two", tmp_path / "runs", tmp_path / "out").plan(600.0, None, Console(quiet=True)) == plan
    with pytest.raises(InputError, match=r"'budget': 600.0.*not.*'budget': 60.0"):
        reproduction.plan(60.0, None, Console(quiet=True))


def test_a_budget_that_is_too_small_is_refused(table, tmp_path):
    with pytest.raises(InputError, match="budget is 0 seconds"):
        Reproduction("two", tmp_path / "runs", tmp_path / "out").plan(1e-4, None, Console(quiet=True))
    assert not (tmp_path / "runs").exists()


@pytest.mark.long
def test_another_reproductions_table_is_not_lost(table, tmp_path):
    reproduce(tmp_path)
    other = Reproduction("two", tmp_path / "other", tmp_path / "out")
    with pytest.raises(InputError, match=r"two.json is there already.*--overwrite"):
        other.check_out(overwrite=False)
    other.check_out(overwrite=True)
    Reproduction("two", tmp_path / "runs", tmp_path / "out").check_out(overwrite=False)


@pytest.mark.long
def test_a_row_of_several_draws_has_their_mean_and_its_error(table, tmp_path):
    row = ROWS[0]._replace(draws=3, training={"start_at_mean": False})
    table(rows=(row,))
    content = reproduce(tmp_path)
    runs = [Run.open(tmp_path / "runs" / name) for name in (row.name, f"{row.name}-1", f"{row.name}-2")]
    assert [run.card.seed for run in runs] == [0, 1, 2]
    assert not runs[0].card.start_at_mean
    draws = [json.loads((run.folder / "draw.json").read_text()) for run in runs]
    values, results = np.array([draw["nll"] for draw in draws]), content["rows"][0]["results"]
    assert len(set(values)) == 3
    assert results["nll"] == pytest.approx(values.mean())
    assert results["nll_se"] == pytest.approx(values.std(ddof=1) / np.sqrt(3))
    assert results["training_seconds"] == sum(draw["training_seconds"] for draw in draws)
    assert "is trained 3 times, with seeds 0 to 2" in (tmp_path / "out" / "two.md").read_text()
    # What is done isn't done again.
    (tmp_path / "runs" / row.name / "judged.json").unlink()
    (runs[1].folder / "draw.json").write_text(json.dumps(draws[1] | {"nll": 1000.0}))
    again = reproduce(tmp_path)["rows"][0]["results"]
    assert again["nll"] == pytest.approx((values[0] + 1000.0 + values[2]) / 3)
