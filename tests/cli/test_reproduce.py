"""`zoo reproduce`; what it makes is tested in test_reproduce.py above."""

from tests.cli.command_line import refused


def test_reproduce_refuses_what_it_cannot_do(tmp_path):
    assert "Did you mean 'iwae'" in refused("reproduce", "iwa", cwd=tmp_path)
    assert "isn't a time" in refused("reproduce", "iwae", "--budget", "soon", cwd=tmp_path)
