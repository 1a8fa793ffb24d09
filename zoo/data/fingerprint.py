"""Fingerprints of data: how many images there are, and a digest of all that was read."""

import hashlib
import unicodedata

import msgspec
import numpy as np

from zoo.errors import InputError

#: Bytes that are looked at at once of an array, which may be on disk.
CHUNK = 2**24


class Fingerprint(msgspec.Struct, frozen=True):
    """A card's fingerprint of its data, by which they are known when they are read again."""

    images: int  #: how many, of all splits
    digest: str  #: SHA-256 of the names and the contents, in hexadecimal


def fingerprint(images, contents):
    """The `Fingerprint` of what was read; the order of it doesn't matter.

    Args:
        images: how many there are.
        contents: a dict of names (of files, of arrays) to the bytes of each one's digest.

    Example:
        >>> a = fingerprint(2, {"a.png": b"1", "b.png": b"2"})
        >>> a == fingerprint(2, {"b.png": b"2", "a.png": b"1"}), a == fingerprint(2, {"a.png": b"2", "b.png": b"1"})
        (True, False)
    """
    whole = hashlib.sha256()
    for name, digest in sorted((as_bytes(name), digest) for name, digest in contents.items()):
        # With the lengths, so that nothing of a name can pass for another's digest.
        whole.update(b"%d %d:" % (len(name), len(digest)) + name + digest)
    return Fingerprint(images, whole.hexdigest())


def as_bytes(name):
    """A name's bytes, the same in whichever way its accents are written, as file systems differ in that.

    Example:
        >>> as_bytes("caf\u00e9.png") == as_bytes("cafe\u0301.png")
        True
    """
    return unicodedata.normalize("NFC", str(name)).encode("utf-8", "surrogateescape")


def file_digest(path):
    """The digest of a file's contents."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def array_digest(array, rows=None):
    """The digest of an array: of its dtype, its shape and its contents.

    Args:
        array: `[N, ...]`, in memory or on disk.
        rows: its `row_digests`, where there are some already.

    Example:
        >>> array_digest(np.zeros([2, 3])) == array_digest(np.zeros([3, 2]))
        False
    """
    if rows is None:
        rows = row_digests(array) if array.ndim > 1 else array
    return hashlib.sha256(f"{array.dtype.str} {array.shape} ".encode() + rows.tobytes()).digest()


def row_digests(array):
    """A digest of each row of an array: the same where the bytes are.

    Args:
        array: `[N, ...]`, in memory or on disk.

    Returns:
        `[N]` of 16 bytes each, the first of the row's SHA-256.

    Example:
        >>> a, b, c = row_digests(np.array([[1, 2], [3, 4], [1, 2]]))
        >>> bool(a == c), bool(a == b)
        (True, False)
    """
    step = max(1, CHUNK // max(1, np.asarray(array[:1]).nbytes))
    chunks = (np.ascontiguousarray(array[start : start + step]) for start in range(0, len(array), step))
    digests = [hashlib.sha256(row).digest()[:16] for chunk in chunks for row in chunk]
    return np.frombuffer(b"".join(digests), "V16")


def check_same(was, now, run):
    """Raises `InputError` where data aren't the ones that they were.

    Args:
        was: what a run's card says of its data: `name` and `fingerprint`.
        now: the same of what was read now.
        run: the run's folder.

    Example:
        >>> from types import SimpleNamespace as Data
        >>> was = Data(name="photos", fingerprint=Fingerprint(200, "ab"))
        >>> check_same(was, Data(name="photos", fingerprint=Fingerprint(210, "cd")), "runs/vae-photos")
        Traceback (most recent call last):
        zoo.errors.InputError: the data of runs/vae-photos have changed: photos has 210 images, and had 200. If ...
    """
    before, after = was.fingerprint, now.fingerprint
    if before == after:
        return
    if was.name != now.name:
        what = f"the data of {run} are {was.name}, not {now.name}, which has {after.images} images"
        what += f", where they had {before.images}" if before.images != after.images else " too, but others"
    else:
        what = f"the data of {run} have changed: {now.name} has {after.images} images"
        what += f", and had {before.images}" if before.images != after.images else " as before, but others"
    raise InputError(
        f"{what}. If its own are elsewhere, --data says where; --changed-data goes on with these, and --out begins "
        "another run."
    )
