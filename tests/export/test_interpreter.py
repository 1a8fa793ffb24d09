import json
import os
import shutil

import numpy as np
import pytest

from zoo.errors import InputError
from zoo.export.digests import sha256
from zoo.export.interpreter import open_tflite
from zoo.loading import FOLDER
from zoo.random.keys import key
from zoo.runs.sample import sample_from

ORIGINAL = FOLDER / "frey-2d" / "model.tflite"


@pytest.fixture
def file(tmp_path):
    return shutil.copy(ORIGINAL, tmp_path / "model.tflite")


def card(file, digest):
    (file.parent / "card.json").write_text(json.dumps({"export": {"sha256": {file.name: digest}}}))


def test_what_cant_be_verified_is_said(file):
    said = []
    open_tflite(file, said.append)
    assert len(said) == 1 and "no card.json beside it" in said[0] and str(file) in said[0]
    card(file, sha256(file))
    open_tflite(file, said.append)
    assert len(said) == 1
    card(file, "0" * 64)
    with pytest.raises(InputError, match="isn't its card's"):
        open_tflite(file, said.append)
    with pytest.warns(UserWarning, match="can't be verified"):
        (file.parent / "card.json").unlink()
        sample_from(file, 1, 0)


def test_a_run_that_has_no_export_yet_says_nothing_of_the_file(file):
    said = []
    (file.parent / "card.json").write_text(json.dumps({"export": None}))
    open_tflite(file, said.append)
    assert len(said) == 1


def test_a_file_that_is_cut_short_under_us_does_no_harm(file):
    """A file that is mapped into memory would end the process with SIGBUS."""
    interpreter = open_tflite(file, lambda line: None)
    os.truncate(file, 0)
    image = interpreter.get_signature_runner("sample")(seed=key(7), n=np.int32(2))["image"]
    assert np.array_equal(image, sample_from(ORIGINAL, 2, 7))


@pytest.mark.parametrize("place", [8, 12, 40, 200, -200, -2000, -20000])
@pytest.mark.parametrize("value", [b"\xff\xff\xff\x7f", b"\xff\xff\xff\xff", b"\x00\x00\x00\x80"])
def test_altered_offsets_are_refused_or_do_no_harm(file, place, value):
    content = bytearray(file.read_bytes())
    content[place : place + 4] = value
    file.write_bytes(content)
    try:
        sample_from(file, 1, 0, say=lambda line: None)
    except InputError as error:
        assert "model.tflite" in str(error)


@pytest.mark.parametrize("length", [0, 4, 8, 100, 10_000, 500_000])
def test_a_cut_file_is_refused(file, length):
    os.truncate(file, length)
    with pytest.raises(InputError, match=r"model\.tflite isn't a"):
        sample_from(file, 1, 0, say=lambda line: None)


def test_a_fifo_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.tflite")
    with pytest.raises(InputError, match="is a FIFO"):
        open_tflite(tmp_path / "a.tflite")
