import os
import socket
import zipfile

import pytest

from zoo.errors import InputError
from zoo.files.foreign import check_archive, check_file, reading, reason

RAISED = [
    RecursionError("too deep"),
    MemoryError(),
    ModuleNotFoundError("No module named 'x'"),
    KeyError("epochs"),
    AssertionError(),
    UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"),
    Exception("\n\nfirst\nsecond"),
    OSError(5, "Input/output error"),
    StopIteration(),
    RuntimeError("[bold]x[/bold] " * 100),
    InputError("VAE: missing a required argument: 'prior'."),
]


@pytest.mark.parametrize("error", RAISED, ids=lambda error: type(error).__name__)
def test_whatever_a_parser_raises_is_one_line(error):
    with pytest.raises(InputError, match=r"a\.json isn't a table: ") as told, reading("a.json", "a table"):
        raise error
    assert len(str(told.value)) < 350 and "\n" not in str(told.value)
    assert told.value.__cause__ is error


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(3), InputError("a.json isn't whole.")])
def test_what_ends_the_process_and_what_names_the_file_already_go_through(error):
    with pytest.raises(type(error)) as raised, reading("a.json", "a table"):
        raise error
    assert raised.value is error


def test_a_reason_names_the_kind_where_the_words_dont():
    assert reason(KeyError("rows")) == "KeyError: 'rows'"
    assert reason(ValueError("it is cut short.")) == "it is cut short"
    assert reason(RecursionError()) == "RecursionError"


def test_only_plain_files_are_read(tmp_path):
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "link").symlink_to(tmp_path / "fifo")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    (tmp_path / "zero").symlink_to("/dev/zero")
    (tmp_path / "short").write_bytes(b"1234")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(tmp_path / "socket"))
        for name, message in {
            "fifo": "is a FIFO",
            "link": "is a FIFO",
            "loop": "can't read",
            "gone": "can't read",
            "zero": "is a device",
            "socket": "is a socket",
            ".": "is a folder",
            "nul\0": "can't read",
            "n" * 300: "can't read",
        }.items():
            with pytest.raises(InputError, match=message):
                check_file(tmp_path / name)
    check_file(tmp_path / "short", largest=4)
    with pytest.raises(InputError, match="at most 0 are read"):
        check_file(tmp_path / "short", largest=3)


def archive(path, members, compression=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", compression) as file:
        for name, content in members:
            file.writestr(name, content)


def test_an_archive_says_how_large_it_unpacks(tmp_path):
    path = tmp_path / "a.zip"
    archive(path, [("a", b"\0" * 2**20), ("b", b"\0" * 2**20)])
    # 1000:1, as filler is; not where that is little.
    assert [member.filename for member in check_archive(path, "a zip", expansion=100, floor=2**21)] == ["a", "b"]
    with pytest.raises(InputError, match=r"a\.zip unpacks from 0\.0 MiB to 2"):
        check_archive(path, "a zip", expansion=100, floor=2**21 - 1)


def test_no_archive_unpacks_to_more_than_there_is_memory(tmp_path, monkeypatch):
    path = tmp_path / "a.zip"
    archive(path, [("a", b"1234")])
    monkeypatch.setattr("zoo.files.foreign._memory", lambda: 3)
    with pytest.raises(InputError, match="isn't the memory"):
        check_archive(path, "a zip", expansion=100, floor=100)


@pytest.mark.parametrize("names", [["/etc/x"], ["../x"], ["a/../../x"], ["a", "a"]])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_an_archive_has_no_names_that_lead_out_of_it(tmp_path, names):
    archive(tmp_path / "a.zip", [(name, b"1") for name in names])
    with pytest.raises(InputError, match="out of it or twice"):
        check_archive(tmp_path / "a.zip", "a zip", expansion=100, floor=100)
