"""Files that others may have written: looked at before a parser has them, and what it raises is told in one line.

A parser is given nothing that isn't a plain file, nor what claims to be far larger than what there is of it. Whatever
it still raises, of whatever kind, is an `InputError`: which exceptions a parser has, nobody can list.
"""

import contextlib
import os
import stat
import zipfile
from pathlib import Path

from zoo.errors import InputError

_MIB = 2**20


@contextlib.contextmanager
def reading(path, what):
    """Tells whatever a parser raises in one line: that the file isn't `what`, and why.

    Args:
        path: of the file or folder that is parsed.
        what: what it should be, with its article.

    Raises:
        InputError: anything was raised but what ends the process (Ctrl-C, say). One that names the file goes through
            as it is.

    Example:
        >>> with reading("a.json", "a table"):
        ...     {}["rows"]
        Traceback (most recent call last):
        zoo.errors.InputError: a.json isn't a table: KeyError: 'rows'. It was altered or cut short: restore it.
    """
    try:
        yield
    except Exception as error:
        if isinstance(error, InputError) and str(path) in str(error):
            raise
        if isinstance(error, PermissionError):
            raise InputError(f"can't read {path}: {error.strerror}.") from error
        raise InputError(f"{path} isn't {what}: {reason(error)}. It was altered or cut short: restore it.") from error


def reason(error):
    """What an exception says, in one line that isn't long; its kind too, unless that is plain from the words.

    Example:
        >>> reason(ValueError("the header is cut short.\\nAt byte 3.")), reason(MemoryError())
        ('the header is cut short', 'MemoryError')
    """
    kind, text = type(error).__name__, str(error).strip()
    if not text:
        return kind
    line = text.splitlines()[0][:200].rstrip(" .:")
    return line if isinstance(error, ValueError | OSError) else f"{kind}: {line}"


def check_file(path, largest=None):
    """Raises `InputError` where there is no plain file: of a FIFO or a device, a reader may wait for ever.

    Args:
        path: its path; links are followed.
        largest: how many bytes it may have, or None for any number.

    Example:
        >>> check_file("/dev/zero")
        Traceback (most recent call last):
        zoo.errors.InputError: /dev/zero is a device, not a file. Give a file.
    """
    try:
        status = os.stat(path)
    except (OSError, ValueError) as error:
        raise InputError(f"can't read {path}: {getattr(error, 'strerror', None) or error}.") from error
    if not stat.S_ISREG(status.st_mode):
        raise InputError(f"{path} is {_kind(status.st_mode)}, not a file. Give a file.")
    if largest is not None and status.st_size > largest:
        raise InputError(
            f"{path} is of {status.st_size / _MIB:,.0f} MiB, where at most {largest / _MIB:.0f} are read: it is "
            "something else. Restore it."
        )


def _kind(mode):
    kinds = {stat.S_ISDIR: "a folder", stat.S_ISFIFO: "a FIFO", stat.S_ISSOCK: "a socket"}
    return next((words for is_kind, words in kinds.items() if is_kind(mode)), "a device")


def check_archive(path, what, expansion, floor):
    """Looks at the directory of a zip file, which says how large what is in it will be.

    Args:
        path: of the file.
        what: what it should be, with its article.
        expansion: what is in it may be in all this many times the size of the file,
        floor: or this many bytes, if that is more.

    Returns:
        What is in it, a list of `zipfile.ZipInfo`.

    Raises:
        InputError: it isn't a plain file, it isn't a zip file, or it unpacks to more; or to more than the memory that
            the machine has; or the name of something in it leads out of it, or is there twice.
    """
    check_file(path)
    with reading(path, what), zipfile.ZipFile(path) as archive:
        members = archive.infolist()
    seen = set()
    for name in (member.filename for member in members):
        if Path(name).is_absolute() or ".." in Path(name).parts or name in seen:
            raise InputError(f"{path} has {name[:80]!r} in it, out of it or twice: it was altered. Restore it.")
        seen.add(name)
    size, stored = sum(member.file_size for member in members), os.path.getsize(path)
    if size > max(floor, expansion * stored) or size > _memory():
        raise InputError(
            f"{path} unpacks from {stored / _MIB:,.1f} MiB to {size / _MIB:,.0f}: nearly all of it is filler, or there "
            "isn't the memory for it. Give a file that isn't compressed."
        )
    return members


def _memory():
    """The bytes of memory that the machine has, where the system says it."""
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else float("inf")
