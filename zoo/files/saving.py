"""Files that are whole or not there: written under a temporary name, then renamed; checked when read."""

import contextlib
import errno
import json
import os
import shutil
import tempfile
import time
from pathlib import Path

import filelock
import msgspec

from zoo.errors import InputError
from zoo.files.foreign import check_file, reading, reason

#: How the names of what is there only while a process writes begin.
OWN = ".writing-"
#: Of those, how the names of folders begin whose contents are whole, and have only to be moved to their places.
_WHOLE = f"{OWN}whole-"
#: Bytes. Cards and tables have some thousands; a history has two hundred an epoch.
LONGEST_JSON = 2**26


@contextlib.contextmanager
def replacing(path, *names):
    """A temporary path to write a file or a folder to, moved to `path` if all went well.

    Whatever goes wrong, the disk filling up or the process being killed at any moment, `path` is what it was or what it
    should be, or becomes that by the next `mend` of its folder. What processes left there that were killed is swept.

    Args:
        path: where the result belongs.
        *names: where there are any, `path` is a folder that stays, and these in it change together: each is what was
            written under its name, and is gone if nothing was.

    Yields:
        A `Path` of the same name, where nothing is yet; an empty folder if there are names.

    Raises:
        InputError: the folder can't be written, or the disk is full.

    Example:
        >>> with tempfile.TemporaryDirectory() as folder, replacing(Path(folder) / "a.txt") as temporary:
        ...     _ = temporary.write_text("whole")
    """
    path = Path(path)
    folder = path if names else path.parent
    with _scratch(folder) as scratch:
        new = scratch / "new"
        try:
            yield new if names else new / path.name
            if not names and not path.is_dir():
                os.replace(new / path.name, path)
            else:
                _commit(scratch, names)
        except Exception as error:
            if not _of_the_disk(error):
                raise
            raise InputError(f"can't write {path}: {_words(error)}.{_advice(error)}") from error


def _of_the_disk(error):
    """Whether it is the system that refuses to write. TensorFlow and HDF5 say that the disk is full in other ways."""
    return (isinstance(error, OSError) and error.errno is not None) or "No space left" in str(error)


def _words(error):
    return getattr(error, "strerror", None) or reason(error)


def _advice(error):
    if "No space left" in str(error) or getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return " Free some space, or give another folder."
    return " Give another folder."


def _commit(scratch, names):
    """Has the contents of a scratch folder moved to their places, now or by whoever comes after a kill."""
    for name in names:
        if not (scratch / "new" / name).exists():
            (scratch / "gone" / name).touch()
    for file in (scratch / "new").rglob("*"):
        if file.is_file() and os.name == "posix":
            descriptor = os.open(file, os.O_RDONLY)
            os.fsync(descriptor)
            os.close(descriptor)
    whole = scratch.with_name(scratch.name.replace(OWN, _WHOLE))
    # This one decides: before it nothing has changed, and after it all will.
    os.rename(scratch, whole)
    _finish(whole)


def _finish(whole):
    """Moves the contents of a whole folder to their places. Begun anew after a kill, it does what is left."""
    folder, old = whole.parent, whole / "old"
    for new in sorted((whole / "new").iterdir()):
        place = folder / new.name
        if place.is_dir() or (place.exists() and new.is_dir()):
            os.rename(place, old / new.name)
        os.replace(new, place)
    for gone in (whole / "gone").iterdir():
        if (folder / gone.name).exists():
            os.rename(folder / gone.name, old / gone.name)
    shutil.rmtree(whole, ignore_errors=True)


def mend(path):
    """Finishes what killed processes had written whole, in a folder or in the folders that a file in it lies in.

    Whoever reads several files that belong together calls this first. While a living process moves them, it waits.

    Args:
        path: a folder, or a path up to three folders below it.

    Raises:
        InputError: the files can't be moved.

    Example:
        >>> mend("nowhere")
    """
    path = Path(path).absolute()
    for folder in (path, *path.parents[:3]):
        for whole in sorted(folder.glob(f"{_WHOLE}*")):
            if not _left_by_its_owner(whole):
                continue
            try:
                with _lock(whole, timeout=10):
                    if (whole / "new").is_dir():
                        _finish(whole)
                    shutil.rmtree(whole, ignore_errors=True)
            except filelock.Timeout as error:
                raise InputError(f"another process is writing in {folder}. Wait for it.") from error
            except OSError as error:
                raise InputError(
                    f"a process that was killed left files in {folder} that can't be moved to their places: "
                    f"{error.strerror or error}. Make the folder writable."
                ) from error


def sweep(folder):
    """Finishes what killed processes had written whole in a folder, and removes what else they left there.

    A scratch folder has a lock in it, which its process holds while it lives.
    """
    mend(folder)
    for scratch in Path(folder).glob(f"{OWN}*"):
        if not _left_by_its_owner(scratch):
            continue
        if (scratch / "lock").exists():
            with contextlib.suppress(filelock.Timeout, OSError), _lock(scratch):
                shutil.rmtree(scratch, ignore_errors=True)
        elif not any(scratch.iterdir()):
            # Its process was killed before it had locked it, or makes another one if it is about to.
            scratch.rmdir()
        elif time.time() - scratch.stat().st_mtime > 3600:
            # Of a version before there were locks.
            shutil.rmtree(scratch, ignore_errors=True)


def _left_by_its_owner(scratch):
    """Whether it is a folder of ours, not one that somebody planted where many may write, nor a link to elsewhere."""
    folders = [scratch, *(scratch / name for name in ("new", "old", "gone"))]
    if not scratch.is_dir() or any(folder.is_symlink() for folder in folders):
        return False
    owner = scratch.stat().st_uid
    return owner == scratch.parent.stat().st_uid or owner == getattr(os, "getuid", lambda: owner)()


def _lock(scratch, timeout=0):
    return filelock.FileLock(scratch / "lock", timeout=timeout)


@contextlib.contextmanager
def _scratch(folder):
    """A scratch folder in a folder, made if it isn't there: `new`, `old`, `gone`, and the lock of this process."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        sweep(folder)
        scratch, lock = _locked(folder)
        for name in ("new", "old", "gone"):
            (scratch / name).mkdir()
    except OSError as error:
        raise InputError(f"can't write to {folder}: {error.strerror or error}. Give another folder.") from error
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
        lock.release()


def _locked(folder):
    while True:
        scratch = Path(tempfile.mkdtemp(prefix=OWN, dir=folder))
        lock = _lock(scratch)
        with contextlib.suppress(filelock.Timeout, FileNotFoundError):
            lock.acquire()
            # Another process may have swept it between the two lines above.
            if (scratch / "lock").exists():
                return scratch, lock
            lock.release()


def check_writable(folder):
    """Makes the folder if it isn't there, before an hour's work whose result is to be written to it.

    Raises:
        InputError: nothing can be written to it.

    Example:
        >>> check_writable("/proc/nowhere")
        Traceback (most recent call last):
        zoo.errors.InputError: can't write to /proc/nowhere: No such file or directory. Give another folder.
    """
    with _scratch(Path(folder)):
        pass


@contextlib.contextmanager
def alone_in(folder, name="lock"):
    """Keeps other processes from writing in `folder` meanwhile, by a lock that goes with the process.

    The folder is made if it isn't there.

    Args:
        folder: a path.
        name: of the lock: those who take others aren't kept.

    Raises:
        InputError: another process is in there, or the folder can't be written.

    Example:
        >>> with tempfile.TemporaryDirectory() as folder, alone_in(folder), alone_in(folder):
        ...     pass
        Traceback (most recent call last):
        zoo.errors.InputError: another process is writing in /tmp/... Wait for it, or give another folder.
    """
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(Path(folder) / f"{OWN}{name}", timeout=0)
        lock.acquire()
    except filelock.Timeout as error:
        raise InputError(f"another process is writing in {folder}. Wait for it, or give another folder.") from error
    except OSError as error:
        raise InputError(f"can't write to {folder}: {error.strerror or error}. Give another folder.") from error
    try:
        yield
    finally:
        lock.release()


def write_json(path, content):
    """Writes `content` as JSON, whole or not at all."""
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def read_json(path, kind=dict):
    """The content of a JSON file, as what it should be.

    Args:
        path: of the file.
        kind: a type that `msgspec.convert` knows: a `msgspec.Struct`, `dict[str, float]`, ...

    Returns:
        One of that type.

    Raises:
        InputError: there is no such file, or it isn't JSON, or is of another type.

    Example:
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_json(Path(folder) / "a.json", {"epochs": 3})
        ...     read_json(Path(folder) / "a.json", dict[str, int])
        {'epochs': 3}
    """
    check_file(path, LONGEST_JSON)
    with reading(path, "the JSON that was written there"):
        return msgspec.convert(json.loads(Path(path).read_bytes()), kind)


def save_keras(model, path):
    """Saves a model with its optimizer as a `.keras` file, whole or not at all."""
    with replacing(path) as temporary:
        model.save(temporary)
