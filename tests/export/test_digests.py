import json

import pytest

from zoo.errors import InputError
from zoo.export.digests import check_digest, sha256
from zoo.runs.sample import sample_from


@pytest.fixture
def folder(tmp_path):
    """A run folder with two exported files and their digests."""
    (tmp_path / "saved_model" / "1" / "variables").mkdir(parents=True)
    files = [tmp_path / "model.tflite", tmp_path / "saved_model" / "1" / "variables" / "v.index"]
    for file in files:
        file.write_bytes(b"0000TFL3 and the rest")
    digests = {file.relative_to(tmp_path).as_posix(): sha256(file) for file in files}
    (tmp_path / "card.json").write_text(json.dumps({"export": {"sha256": digests}}))
    return tmp_path


def test_one_flipped_bit_is_found(folder):
    for file in (folder / "model.tflite", folder / "saved_model" / "1" / "variables" / "v.index"):
        check_digest(file)
        content = bytearray(file.read_bytes())
        content[-1] ^= 1
        file.write_bytes(content)
        with pytest.raises(InputError, match="isn't its card's"):
            check_digest(file)


def test_nothing_is_sampled_from_an_altered_file(folder):
    (folder / "model.tflite").write_bytes(b"0000TFL3 and some other rest")
    with pytest.raises(InputError, match="isn't its card's"):
        sample_from(folder / "model.tflite", 1, 0)


def test_a_file_without_a_card_is_taken_as_it_is(folder):
    (folder / "card.json").unlink()
    check_digest(folder / "model.tflite")
