"""Each of the commands in `docs/from-pythae.md` trains a model."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from zoo import catalogue
from zoo.cli import app

ROWS = re.findall(r"^\| `(\w+)` \| `zoo (train [^`]+)`", Path("docs/from-pythae.md").read_text(encoding="utf-8"), re.M)


def test_all_26_are_there_and_ours_are_in_the_catalogue():
    assert len({theirs for theirs, _ in ROWS}) == 26
    assert {command.split()[1] for _, command in ROWS} <= set(catalogue.names())


@pytest.mark.slow
@pytest.mark.parametrize(("theirs", "command"), ROWS, ids=[theirs for theirs, _ in ROWS])
def test_the_command_trains(theirs, command, tmp_path):
    arguments = [*shlex.split(command), "--data", "digits", "--epochs", "1", "--no-fit-prior"]
    done = CliRunner().invoke(app, [*arguments, "--out", str(tmp_path / "run")])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "run" / "model.keras").is_file()
