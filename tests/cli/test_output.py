"""Where the commands print may be closed or full, or know ASCII alone."""

import io
import os
import subprocess
import sys

import pytest

from zoo.cli.output import Output, printing

ZOO = (sys.executable, "-m", "zoo")
QUIET = ("list", "leaderboard", "--help")


def run(*arguments, redirected="", **environment):
    """A command that imports no framework, with its streams redirected by the shell."""
    line = f'exec "$0" "$@" {redirected}'
    return subprocess.run(
        ["sh", "-c", line, *ZOO, *arguments],
        env=os.environ | environment,
        capture_output=True,
        check=False,
    )


@pytest.mark.parametrize("command", QUIET)
def test_a_pipe_that_nobody_reads_ends_quietly(command):
    line = 'set -o pipefail; "$0" "$@" | head -c 0'
    done = subprocess.run(["bash", "-c", line, *ZOO, command], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("redirected", [">&-", ">&- 2>&-", "2>&-", "<&- >&- 2>&-"])
def test_streams_that_are_closed_are_done_without(redirected):
    assert run("list", redirected=redirected).returncode == 0


def test_a_full_disk_is_told_once():
    done = run("leaderboard", redirected="> /dev/full")
    assert (done.returncode, done.stderr) == (0, b"zoo: nothing more is printed: No space left on device.\n")


@pytest.mark.parametrize(
    "environment",
    [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}],
)
def test_a_terminal_of_ascii_is_shown_the_errors_too(environment):
    done = run("list", **environment)
    assert done.returncode == 0 and b" +- " in done.stdout and done.stdout.isascii()
    said = run("train", "ä±", **environment).stderr
    assert said.startswith(b"zoo: there is no model '") and said.isascii()


@pytest.mark.parametrize("name", ["ä", "±", "\udcff", "日本", "a\nb", "😀"])
def test_any_name_of_a_file_is_printed(name):
    for encoding in ("ascii", "latin-1", "utf-8"):
        stream = io.TextIOWrapper(io.BytesIO(), encoding)
        Output(stream, 1, print).write(name)
        stream.flush()
        assert stream.buffer.getvalue()


class Broken(io.StringIO):
    """A stream that can't be written to after so many writes."""

    def __init__(self, error, after=0):
        super().__init__()
        self.error, self.after, self.descriptor = error, after, os.open(os.devnull, os.O_WRONLY)

    def write(self, text):
        self.after -= 1
        if self.after < 0:
            raise self.error
        return super().write(text)

    def fileno(self):
        return self.descriptor


def test_after_it_breaks_nothing_is_said_again(monkeypatch):
    out, err = Broken(OSError(28, "No space left on device"), after=1), io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    with printing():
        for _ in range(5):
            print("x", flush=True)
    assert out.getvalue() == "x" and sys.stdout is out
    assert err.getvalue() == "zoo: nothing more is printed: No space left on device.\n"


def test_where_errors_are_told_may_be_broken_too(monkeypatch):
    monkeypatch.setattr(sys, "stdout", Broken(OSError(5, "Input/output error")))
    monkeypatch.setattr(sys, "stderr", Broken(BrokenPipeError()))
    with printing():
        print("x", flush=True)
