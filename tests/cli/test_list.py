"""`zoo list`."""

from tests.cli.command_line import zoo


def test_list_names_every_model(tmp_path):
    from zoo.catalogue import names

    printed = zoo("list", cwd=tmp_path).stdout
    assert all(name in printed for name in names())
