"""What every command begins with."""

from tests.cli.command_line import TRAIN, process, refused


def test_nothing_of_tensorflows_chatter_is_seen(workplace):
    for done in workplace[1].values():
        assert not done.stderr.strip(), done.stderr


def test_an_unknown_backend_is_answered_in_one_line(tmp_path):
    for backend in ("torch", "numpy", "theano"):
        assert "'tensorflow' or 'jax'" in refused(*TRAIN, cwd=tmp_path, run=process, env={"KERAS_BACKEND": backend})
