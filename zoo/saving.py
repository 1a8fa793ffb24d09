"""Files that are whole or not there: written under a temporary name, then renamed; checked when read."""

import contextlib
import json
import os
import shutil
import tempfile
import time
import zipfile
from pathlib import Path

import filelock

from zoo.errors import InputError

#: How the names of what is there only while a process writes begin.
OWN = ".writing-"


@contextlib.contextmanager
def replacing(path, *names):
    """A temporary path to write a file or a folder to, renamed to `path` if all went well.

    Whatever goes wrong, the disk filling up or the process being killed, `path` is what it was or what it should be.

    Args:
        path: where the result belongs.
        *names: where there are any, `path` is a folder that stays, and what is renamed is each of these in it.

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
    scratch = _scratch(folder)
    try:
        yield scratch if names else scratch / path.name
        for name in names or (path.name,):
            if (folder / name).is_dir():
                os.rename(folder / name, scratch / f"{name} before")
            os.replace(scratch / name, folder / name)
    except OSError as error:
        reason = error.strerror or error
        raise InputError(f"can't write {path}: {reason}. Free some space, or give another folder.") from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _scratch(folder):
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=OWN, dir=folder))
    except OSError as error:
        raise InputError(f"can't write to {folder}: {error.strerror or error}. Give another folder.") from error


def check_writable(folder):
    """Makes the folder if it isn't there, before an hour's work whose result is to be written to it.

    Raises:
        InputError: nothing can be written to it.

    Example:
        >>> check_writable("/proc/nowhere")
        Traceback (most recent call last):
        zoo.errors.InputError: can't write to /proc/nowhere: No such file or directory. Give another folder.
    """
    shutil.rmtree(_scratch(Path(folder)), ignore_errors=True)


@contextlib.contextmanager
def alone_in(folder):
    """Keeps other processes from writing in `folder` meanwhile, by a lock that goes with the process.

    The folder is made if it isn't there.

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
        lock = filelock.FileLock(Path(folder) / f"{OWN}lock", timeout=0)
        lock.acquire()
    except filelock.Timeout as error:
        raise InputError(f"another process is writing in {folder}. Wait for it, or give another folder.") from error
    except OSError as error:
        raise InputError(f"can't write to {folder}: {error.strerror or error}. Give another folder.") from error
    try:
        yield
    finally:
        lock.release()


def sweep(folder, age=3600):
    """Removes what processes left that were killed while they wrote: scratch folders of more than `age` seconds ago."""
    for scratch in Path(folder).glob(f"{OWN}*"):
        if scratch.is_dir() and time.time() - scratch.stat().st_mtime > age:
            shutil.rmtree(scratch, ignore_errors=True)


def write_json(path, content):
    """Writes `content` as JSON, whole or not at all."""
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def read_json(path):
    """The object in a JSON file.

    Raises:
        InputError: there is no such file, or it isn't a JSON object.
    """
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"can't read {path}: {error.strerror or error}.") from error
    except ValueError as error:
        raise InputError(f"{path} isn't whole JSON ({error}): it was altered or cut short. Restore it.") from error
    if not isinstance(content, dict):
        raise InputError(f"{path} isn't a JSON object: it was altered. Restore it.")
    return content


def save_keras(model, path):
    """Saves a model with its optimizer as a `.keras` file, whole or not at all."""
    with replacing(path) as temporary:
        model.save(temporary)


def load_keras(path):
    """Loads a `.keras` file of a zoo model in safe mode.

    Raises:
        InputError: there is no such file, or it isn't a whole `.keras` file of a zoo model.
    """
    import keras

    from zoo.image_model import ImageModel

    path = Path(path)
    if not path.is_file():
        raise InputError(f"path is {path}, but there is no such file. Give a .keras file or the folder of a run.")
    try:
        with zipfile.ZipFile(path) as archive:
            broken = archive.testzip()
        if broken is not None:
            raise InputError(f"{path} is damaged: {broken} in it fails its checksum. Restore the file.")
        model = keras.saving.load_model(path, safe_mode=True)
    except (zipfile.BadZipFile, ValueError, TypeError, KeyError, OSError, EOFError, AttributeError) as error:
        if isinstance(error, InputError):
            raise
        reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise InputError(f"{path} isn't a whole .keras file of a zoo model: {reason}. Restore the file.") from error
    if not isinstance(model, ImageModel):
        raise InputError(f"{path} holds a {type(model).__name__}, not a model of the zoo.")
    return model
