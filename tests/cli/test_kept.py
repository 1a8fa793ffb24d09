"""Whatever fails after the work, the work is kept: results are written first, then pictures, and printed last."""

import errno
import io
import json
import shutil
import sys
from types import SimpleNamespace
from unittest import mock

import numpy as np
import pytest

from tests.cli.command_line import zoo
from tests.cli.test_output import Broken
from zoo.cli import main
from zoo.errors import InputError
from zoo.evaluation.judgement import Found
from zoo.evaluation.likelihood.importance import ImportanceSampling
from zoo.runs.card import describe
from zoo.runs.evaluate import Evaluation
from zoo.runs.run import Run

FAILURES = [
    OSError(errno.ENOSPC, "No space left on device"),
    MemoryError(),
    ValueError("bad"),
    InputError("no"),
    KeyError("x"),
]
FIGURES = {"log_px": -20.0, "log_px_se": 0.1, "num_samples": 5, "num_examples": 3, "collapsed": 0}


@pytest.fixture
def run(tmp_path):
    """A run that was never trained: what takes long is replaced in the tests."""
    card, _ = describe("vae", {"latent_dim": 2}, {"name": "digits"})
    return Run.begin(tmp_path / "run", card)


@pytest.fixture
def evaluated(monkeypatch):
    values = np.zeros(3)
    fields = dict.fromkeys(ImportanceSampling._fields, values) | {"num_samples": 5, "bounds": {5: values}}
    estimate = ImportanceSampling(**fields)
    found = Evaluation(FIGURES, np.arange(3), estimate)
    monkeypatch.setattr("zoo.runs.evaluate.evaluate_run", lambda *arguments: found)


@pytest.fixture
def judged(monkeypatch):
    monkeypatch.setattr("zoo.runs.judge.judge_run", lambda *arguments, **options: Found({"figure": 1.0}))


def raising(error):
    def function(*arguments, **keywords):
        raise error

    return function


def command(*arguments, out=None):
    """The exit code of a command with stdout of its own, and what it says on stderr."""
    err = io.StringIO()
    with mock.patch.multiple(sys, stdout=out or io.StringIO(), stderr=err, argv=["zoo", *map(str, arguments)]):
        try:
            main()
        except SystemExit as end:
            return end.code, err.getvalue()
    return 0, err.getvalue()


def ascii_stream():
    return io.TextIOWrapper(io.BytesIO(), "ascii")


STREAMS = {
    "closed": lambda: Broken(BrokenPipeError(errno.EPIPE, "Broken pipe")),
    "closed later": lambda: Broken(BrokenPipeError(errno.EPIPE, "Broken pipe"), after=1),
    "full": lambda: Broken(OSError(errno.ENOSPC, "No space left on device")),
    "gone": lambda: Broken(OSError(errno.EIO, "Input/output error")),
    "ascii": ascii_stream,
}


@pytest.mark.parametrize("stream", STREAMS)
@pytest.mark.parametrize("ask", [("evaluate",), ("judge", "terms")])
def test_what_is_found_is_written_wherever_it_is_printed(run, evaluated, judged, ask, stream):
    code, _ = command(ask[0], run.folder, *ask[1:], out=STREAMS[stream]())
    assert code == 0
    if ask[0] == "evaluate":
        assert json.loads((run.folder / "evaluation.json").read_text()) == FIGURES
        assert Run.open(run.folder).card.scores["log_px"] == -20.0
    else:
        assert json.loads((run.folder / "terms.json").read_text())["figure"] == 1.0


@pytest.mark.parametrize(("ask", "file"), [(("evaluate",), "evaluation.json"), (("judge", "terms"), "terms.json")])
def test_what_is_found_is_written_before_it_is_printed(run, evaluated, judged, monkeypatch, ask, file):
    monkeypatch.setattr(sys.modules[f"zoo.cli.{ask[0]}"], "print_figures", raising(ValueError("no such format")))
    code, said = command(ask[0], run.folder, *ask[1:])
    assert code == 1 and "ZOO_TRACEBACK=1" in said and len(said.splitlines()) == 1
    assert (run.folder / file).is_file()


@pytest.mark.parametrize("error", FAILURES, ids=repr)
def test_an_evaluation_is_kept_though_each_images_figures_cant_be(run, evaluated, monkeypatch, error):
    monkeypatch.setattr(ImportanceSampling, "save_csv", raising(error))
    out = io.StringIO()
    code, said = command("evaluate", run.folder, "--per-image", run.folder.parent / "each.csv", out=out)
    assert code != 0 and "Traceback" not in said and len(said.splitlines()) == 1
    assert "log_px" in out.getvalue() and "Written to" in out.getvalue()
    assert json.loads((run.folder / "evaluation.json").read_text()) == FIGURES


def test_what_cant_be_written_is_printed_all_the_same(run, evaluated, judged, monkeypatch):
    monkeypatch.setattr("zoo.runs.evaluate.write_json", raising(InputError("can't write evaluation.json.")))
    monkeypatch.setattr("zoo.files.saving.write_json", raising(InputError("can't write terms.json.")))
    for ask, figure in ((("evaluate", run.folder), "-20.0"), (("judge", run.folder, "terms"), "figure")):
        out = io.StringIO()
        code, said = command(*ask, out=out)
        assert code == 2 and "can't write" in said and figure in out.getvalue() and "Written" not in out.getvalue()


@pytest.mark.parametrize("error", FAILURES, ids=repr)
def test_figures_are_kept_though_their_picture_cant_be_made(run, monkeypatch, error):
    found = Found({"figure": 1.0}, save_picture=raising(error))
    monkeypatch.setattr("zoo.runs.judge.judge_run", lambda *arguments, **options: found)
    code, said = command("judge", run.folder, "neighbours")
    assert code == 2 and "the figures are in" in said and "neighbours.json" in said
    assert json.loads((run.folder / "neighbours.json").read_text())["figure"] == 1.0


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A run of one epoch, whose pictures could not be made, and what was said of it."""
    folder = tmp_path_factory.mktemp("trained")
    ask = ("train", "vae", "--epochs", 1, "--latent-dim", 2, "--set", "units=[4]", "--out", "a [b]/run")
    with mock.patch.object(Run, "plot", raising(RuntimeError("no fonts"))):
        return folder, zoo(*ask, cwd=folder, check=False)


def test_a_model_is_kept_though_its_pictures_cant_be_made(trained):
    folder, said = trained
    assert said.returncode == 2
    assert said.stderr == (
        "zoo: the model is in a [b]/run. What comes after it failed: RuntimeError: no fonts. `zoo plot 'a [b]/run'` "
        "makes the pictures.\n"
    )
    assert "model  a [b]/run/model.keras\n" in said.stdout
    assert Run.open(folder / "a [b]/run").card.epochs == 1


@pytest.mark.parametrize("fails", ["plot", "bound_gain"])
def test_a_fitted_prior_is_kept_though_what_comes_after_cant_be_made(trained, tmp_path, monkeypatch, fails):
    shutil.copytree(trained[0] / "a [b]/run", tmp_path / "run")
    monkeypatch.setattr(Run, "plot", raising(MemoryError()) if fails == "plot" else lambda run: [])
    if fails == "bound_gain":
        monkeypatch.setattr("zoo.fitting.ex_post.bound_gain", raising(ValueError("no images")))
    ask = ("fit-prior", "run", "--components", 2, "--samples", 1, "--out", "better")
    said = zoo(*ask, cwd=tmp_path, check=False)
    assert said.returncode == 2 and "zoo: the model is in better. What comes after it failed: " in said.stderr
    assert Run.open(tmp_path / "better").load_model().prior.name


def test_a_table_is_kept_though_its_pictures_cant_be_made(tmp_path, monkeypatch):
    import zoo.tables.reproduce

    made = SimpleNamespace(
        in_the_way=False,
        out=tmp_path,
        table=SimpleNamespace(columns=()),
        check_out=lambda overwrite: None,
        plan=lambda *arguments: {},
        make=lambda *arguments: {"rows": [], "title": "Table of two"},
        show=raising(OSError(errno.ENOSPC, "No space left on device")),
    )
    monkeypatch.setattr(zoo.tables.reproduce, "Reproduction", lambda *arguments: made)
    out = io.StringIO()
    code, said = command("reproduce", "iwae", out=out)
    assert code == 2 and "the table is in" in said and "No space left" in said
    assert "Table of two" in out.getvalue()
