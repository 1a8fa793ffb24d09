"""The command line as a user has it, run by tests: what it prints, what it writes, and how it says no."""

import contextlib
import io
import os
import subprocess
import sys
from pathlib import Path
from unittest import mock

from zoo.cli import main

TRAIN = ["train", "vae", "--epochs", "2", "--latent-dim", "2", "--set", "units=[16]", "--no-fit-prior"]


def zoo(*arguments, cwd, check=True):
    """The command in this process: each by itself would take seconds to start."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    with (
        contextlib.chdir(cwd),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        mock.patch.object(sys, "argv", ["zoo", *map(str, arguments)]),
    ):
        try:
            main()
        except SystemExit as end:
            code = end.code
    assert not check or code == 0, err.getvalue()
    return subprocess.CompletedProcess(sys.argv, code, out.getvalue(), err.getvalue())


def process(*arguments, cwd, env=None, check=True, preexec_fn=None):
    """The command in a process of its own."""
    command = [sys.executable, "-m", "zoo", *map(str, arguments)]
    environment = {k: v for k, v in os.environ.items() if k not in ("KERAS_BACKEND", "TF_CPP_MIN_LOG_LEVEL")} | (
        env or {}
    )
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False, preexec_fn=preexec_fn
    )
    assert not check or done.returncode == 0, done.stderr
    return done


def refused(*arguments, cwd, run=zoo, **kwargs):
    """The one line that a command answers with, having written nothing."""
    before = contents(cwd)
    done = run(*arguments, cwd=cwd, check=False, **kwargs)
    assert done.returncode == 2, (done.returncode, done.stderr)
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert contents(cwd) == before
    return done.stderr


def contents(folder):
    return {path: path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}


def explained(name):
    """Whether docs/figures.md has a figure, under its own name or that of what it is a variant of."""
    text = (Path(__file__).parents[2] / "docs/figures.md").read_text()
    name = name.removeprefix("train_").removeprefix("simulated_")
    return f"`{name}`" in text or f"`{name.removesuffix('_se')}`" in text
