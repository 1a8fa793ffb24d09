import io
import os
import zipfile

import numpy as np
import pytest

from zoo.data.named import load
from zoo.data.source import read_npy, read_npz
from zoo.errors import InputError


def header(shape, dtype="|u1", version=1, more=b""):
    """A .npy file of that header, and of no more data than `more`."""
    text = repr({"descr": dtype, "fortran_order": False, "shape": shape}).encode()
    length = len(text).to_bytes(2 if version == 1 else 4, "little")
    return b"\x93NUMPY" + bytes([version, 0]) + length + text + more


def npy(array):
    content = io.BytesIO()
    np.save(content, array)
    return content.getvalue()


BROKEN = {
    "claims terabytes": header((2**40, 28, 28)),
    "claims more than 64 bits": header((2**62, 2**62)),
    "claims one more than there is": header((5,), more=b"1234"),
    "claims strings of nothing": header((2**40,), "|S0"),
    "a negative size": header((-1, 28)),
    "two negative sizes": header((-(2**20), -(2**20))),
    "objects": npy(np.array([{}], dtype=object)),
    "version 3": header((2,), version=3, more=b"12"),
    "version 9": header((2,), version=9, more=b"12"),
    "no dtype": header((2,), "nothing", more=b"12"),
    "a code for a dtype": header((2,), "__import__('os')", more=b"12"),
    "a text that isn't closed": b"\x93NUMPY\x01\x00\x10\x00{'descr': '|u1', ",
    "a header of 65535 bytes": b"\x93NUMPY\x01\x00\xff\xff" + b" " * 65535,
    "deep": b"\x93NUMPY\x01\x00\xe8\x1f" + b"(" * 4084 + b")" * 4084,
    "cut in the magic": b"\x93NUM",
    "nothing": b"",
    "a pickle": b"\x80\x04\x95\x0b\x00\x00\x00\x00\x00\x00\x00\x8c\x02os\x94.",
    "text": b"1,2,3\n",
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_what_is_no_array_is_refused_before_there_is_room_made_for_it(tmp_path, content):
    (tmp_path / "a.npy").write_bytes(content)
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("x.npy", content)
    for read, name in ((read_npy, "a.npy"), (read_npz, "a.npz")):
        with pytest.raises(InputError, match=rf"{name} ") as told:
            read(tmp_path / name)
        assert "\n" not in str(told.value) and "MemoryError" not in str(told.value)


def test_an_array_that_is_cut_short_is_refused(tmp_path):
    content = npy(np.arange(1000))
    for length in (1, 8, 20, 128, 500, len(content) - 1):
        (tmp_path / "a.npy").write_bytes(content[:length])
        with pytest.raises(InputError, match=r"a\.npy "):
            read_npy(tmp_path / "a.npy")


def test_filler_is_refused_by_what_the_directory_says(tmp_path):
    """What is in it isn't unpacked to find out."""
    with zipfile.ZipFile(tmp_path / "a.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.npy", bytes(2**20))
        archive.infolist()[0].file_size = 300 * 2**20
    with pytest.raises(InputError, match=r"a\.npz unpacks from 0\.0 MiB to 300"):
        read_npz(tmp_path / "a.npz")


def test_what_is_no_npz_is_refused(tmp_path):
    np.savez(tmp_path / "whole.npz", x=np.zeros(1000))
    whole = (tmp_path / "whole.npz").read_bytes()
    for content in (b"", b"PK", whole[:100], whole[: len(whole) // 2], whole[:-30], npy(np.zeros(3)), b"text"):
        (tmp_path / "a.npz").write_bytes(content)
        with pytest.raises(InputError, match=r"a\.npz isn't a whole \.npz file"):
            read_npz(tmp_path / "a.npz")
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 1
    (tmp_path / "a.npz").write_bytes(flipped)
    with pytest.raises(InputError, match=r"a\.npz isn't a whole"):
        read_npz(tmp_path / "a.npz")
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("readme.txt", "no array")
    with pytest.raises(InputError, match=r"a\.npz "):
        read_npz(tmp_path / "a.npz")


@pytest.mark.parametrize("name", ["a.npy", "a.npz"])
def test_a_fifo_is_refused_and_not_waited_for(tmp_path, name):
    os.mkfifo(tmp_path / name)
    for read in (read_npy if name == "a.npy" else read_npz, lambda path: load(str(path))):
        with pytest.raises(InputError, match=f"{name} is a FIFO"):
            read(tmp_path / name)


@pytest.mark.parametrize("dtype", ["uint8", "float32", "bool", "int64", ">i2", "S3", "U2"])
def test_whole_files_are_read(tmp_path, dtype):
    array = np.arange(24).reshape(4, 3, 2).astype(dtype)
    np.save(tmp_path / "a.npy", array)
    np.savez(tmp_path / "a.npz", x=array, y=np.asfortranarray(array), none=array[:0])
    np.savez_compressed(tmp_path / "b.npz", x=array)
    assert np.array_equal(read_npy(tmp_path / "a.npy"), array)
    x, y, none = read_npz(tmp_path / "a.npz", "x", "y", "none")
    assert np.array_equal(x, array) and np.array_equal(y, array) and none.shape == (0, 3, 2)
    assert np.array_equal(read_npz(tmp_path / "b.npz")["x"], array)
    with pytest.raises(InputError, match=r"has no array 'z'\. It should have x, z"):
        read_npz(tmp_path / "b.npz", "x", "z")
