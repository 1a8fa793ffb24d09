"""What every command begins with."""

import os
import subprocess
import sys

import pytest

from tests.cli.command_line import TRAIN, process, refused


def test_nothing_of_tensorflows_chatter_is_seen(workplace):
    for done in workplace[1].values():
        assert not done.stderr.strip(), done.stderr


def test_an_unknown_backend_is_answered_in_one_line(tmp_path):
    for backend in ("torch", "numpy", "theano"):
        assert "'tensorflow' or 'jax'" in refused(*TRAIN, cwd=tmp_path, run=process, env={"KERAS_BACKEND": backend})


@pytest.mark.long
def test_jax_is_not_brought_in_by_tensorflow_and_is_there_when_asked_for(tmp_path):
    code = "import sys; from zoo.cli.start import start; start(); print('jax' in sys.modules); import jax"
    for settings, expected in (("", "False"), ('{"backend": "jax"}', "True")):
        (tmp_path / "keras.json").write_text(settings or "{}")
        env = {name: value for name, value in os.environ.items() if name != "KERAS_BACKEND"}
        done = subprocess.run(
            [sys.executable, "-c", code], env=env | {"KERAS_HOME": str(tmp_path)}, capture_output=True, text=True
        )
        assert done.returncode == 0 and done.stdout.split() == [expected], done.stderr
