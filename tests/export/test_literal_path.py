import os

import pytest
import tensorflow as tf

from zoo.export.literal_path import literal_path

NAMES = [
    "exp[lr=3]",
    "a*b",
    "what?",
    "back\\slash",
    "[",
    "a{b,c}",
    "-dash",
    "two  spaces",
    "new\nline",
    "é 日本 😀",
    os.fsdecode(b"\xff\xfe"),
    "n" * 200,
    "a%20b#c;d&e",
    "$HOME `x` 'y' \"z\"",
    "file:x",
    "~",
]


@pytest.mark.parametrize("name", NAMES)
def test_tensorflow_finds_what_it_wrote_whatever_the_folder_is_called(tmp_path, name):
    folder = tmp_path / name
    folder.mkdir()
    with literal_path(folder) as path:
        tf.train.Checkpoint(x=tf.Variable(3.0)).write(str(path / "v"))
        assert tf.train.load_checkpoint(str(path / "v")).get_tensor("x/.ATTRIBUTES/VARIABLE_VALUE") == 3.0
    assert (folder / "v.index").is_file()
    assert path == folder or not path.exists()


def test_a_folder_by_a_relative_path(tmp_path, monkeypatch):
    (tmp_path / "[a]").mkdir()
    monkeypatch.chdir(tmp_path / "[a]")
    with literal_path(tmp_path / "[a]") as path:
        (path / "x").touch()
    assert (tmp_path / "[a]" / "x").exists()
