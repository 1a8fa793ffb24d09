"""The versions of one served model: the folder they are in, the one that serves, and those that were refused."""

import re
import threading
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from zoo.errors import InputError
from zoo.export.vouching import vouched
from zoo.serving.errors import Invalid, NotFound, ServingError, TooLarge
from zoo.serving.tensors import check_names, check_shape
from zoo.serving.worker import Worker, opened


class Signature(NamedTuple):
    """One of a model's functions."""

    name: str
    inputs: Any  #: name to `tf.TensorSpec`
    model: Any  #: a `zoo.serving.loaded.Loaded` or a `zoo.serving.worker.Worker`


class Version(NamedTuple):
    """A SavedModel that has been loaded."""

    number: int
    signatures: Any  #: name to `Signature`
    definitions: Any  #: name to a `SignatureDef` proto
    model: Any  #: what runs them


class Versions:
    """Serves the highest version in a folder, as TensorFlow Serving does, and takes up a higher one that appears.

    A version that can't be loaded is refused and looked at again when its files change; the one before serves on.

    Args:
        name: the model's.
        folder: has a folder for each version, 1, 2, ...; or is a SavedModel itself, which is version 1.
        max_batch: how many examples a request may have.
        memory: how many bytes a model that nobody vouches for may take; as for `zoo.serving.worker.Worker`.

    Raises:
        InputError: there is no version in the folder that can be loaded.
    """

    def __init__(self, name, folder, max_batch=128, memory=4 * 2**30):
        self.name, self.folder, self.max_batch, self._memory = name, Path(folder), max_batch, memory
        self.current = None
        self._refused = {}  # number -> (its files' stamp, why)
        self._seen = {}  # number -> its files' stamp at the last look
        self._lock = threading.Lock()
        self.refresh()
        if self.current is None:
            reasons = [reason for _, reason in self._refused.values()]
            raise InputError(
                reasons[0] if reasons else f"{self.folder} has no SavedModel in it. `zoo export` writes one."
            )

    def refresh(self):
        """Loads the highest version there is, if it is higher than the one that serves, which is looked after.

        Returns:
            What happened: lines for the log.
        """
        happened = []
        with self._lock:
            if self.current is not None:
                self.current.model.look_after()
            folders = self._folders()
            for number in sorted(folders, reverse=True):
                if self.current is not None and number <= self.current.number:
                    break
                stamp = _stamp(folders[number])
                if self._refused.get(number, (None, None))[0] == stamp:
                    continue
                if not self._is_complete(number, folders[number], stamp):
                    continue
                try:
                    self.current = _load(folders[number], number, self._memory)
                except (InputError, ServingError) as error:
                    self._refused[number] = (stamp, str(error))
                    happened.append(f"{self.name}: version {number} is refused: {error}")
                else:
                    self._refused.pop(number, None)
                    apart = isinstance(self.current.model, Worker)
                    happened.append(f"{self.name}: version {number} serves{', in a process of its own' * apart}")
        return happened

    def close(self):
        """Ends the process of the version that serves, if it has one."""
        if self.current is not None:
            self.current.model.close()

    def status(self):
        """The state of each version: a list of (number, whether it serves, why not)."""
        states = [] if self.current is None else [(self.current.number, True, "")]
        refused = [(number, False, reason) for number, (_, reason) in list(self._refused.items())]
        return sorted(states + refused, reverse=True)

    def version(self, number=None):
        """The version that serves, which has to be `number` where that is given; else `NotFound` is raised."""
        current = self.current
        if number is not None and number != current.number:
            raise NotFound(f"model {self.name!r} doesn't serve version {number}, but {current.number}.")
        return current

    def signature(self, signature=None, number=None):
        """A signature by its name, the default one if that is None or empty, and the version it is from."""
        version = self.version(number)
        name = signature or "serving_default"
        if not isinstance(name, str) or name not in version.signatures:
            there = ", ".join(sorted(version.signatures))
            raise NotFound(f"model {self.name!r} has no signature {str(name)[:50]!r}; it has {there}.")
        return version, version.signatures[name]

    def check(self, arrays, function):
        """The arrays as the signature wants them, or an error that says what is wrong with them.

        Raises:
            Invalid: a name, a shape or a value that the signature doesn't take.
            TooLarge: more examples than max_batch.
        """
        specs = function.inputs
        check_names(arrays, specs)
        checked, counts = {}, set()
        for name, spec in specs.items():
            array = arrays[name]
            if array.dtype != spec.dtype.as_numpy_dtype:
                raise Invalid(f"{name} is {array.dtype}, but must be {spec.dtype.name}.")
            checked[name] = check_shape(array, spec.shape.as_list(), name)
            if spec.shape.rank == 0 and np.issubdtype(array.dtype, np.integer):
                counts.add(int(array))
            elif spec.shape.rank and spec.shape[0] is None:
                counts.add(len(array))
        for count in counts:
            if count < 1:
                raise Invalid(f"{count} examples were asked for, but it must be at least 1.")
            if count > self.max_batch:
                raise TooLarge(f"{count} examples in one request, but at most {self.max_batch} are taken.")
        return checked

    def _is_complete(self, number, folder, stamp):
        """Whether a version isn't still being copied: then a process would be started for it in vain."""
        before, self._seen[number] = self._seen.get(number), stamp
        return self.current is None or stamp == before or vouched(folder)

    def _folders(self):
        if (self.folder / "saved_model.pb").is_file():
            number = version_number(self.folder.name)
            return {1 if number is None else number: self.folder}
        found = {path: version_number(path.name) for path in self.folder.glob("*")}
        return {
            number: path for path, number in found.items() if number is not None and (path / "saved_model.pb").is_file()
        }


def version_number(name):
    """The number that a version's folder is called by, or None if that is no int64 in ASCII's digits.

    Example:
        >>> version_number("12"), version_number("²"), version_number("9" * 23)
        (12, None, None)
    """
    return int(name) if re.fullmatch(r"[0-9]{1,19}", name) and int(name) < 2**63 else None


def run(signature, arrays, timeout):
    """What a signature returns for arrays that were checked: a dict of name to array.

    Args:
        signature: a `Signature`.
        arrays: a dict of name to array.
        timeout: how many seconds it may take, where it can be stopped.

    Raises:
        Invalid: the graph can't work with these values.
        TimedOut: it took too long.
        Unavailable: there isn't the memory for it, or its process died.
    """
    outputs = signature.model.run(signature.name, arrays, timeout)
    for name, value in outputs.items():
        if not np.isfinite(value).all():
            raise Invalid(f"for these inputs {name} isn't finite: they are too far from any image or code.")
    return outputs


def _load(folder, number, memory):
    """Loads a SavedModel and sends it its warm-up requests."""
    model = opened(folder, memory, warm_up=True)
    try:
        signatures = {name: Signature(name, _inputs(each), model) for name, each in model.definitions.items()}
    except (TypeError, ValueError) as error:
        raise InputError(f"{folder} has a signature that can't be read: {error}. Export it again.") from error
    return Version(number, signatures, model.definitions, model)


def _inputs(definition):
    """The `tf.TensorSpec` of each input of a `SignatureDef`."""
    import tensorflow as tf

    return {
        name: tf.TensorSpec([None if d.size < 0 else d.size for d in each.tensor_shape.dim], each.dtype, name)
        for name, each in sorted(definition.inputs.items())
    }


def _stamp(folder):
    """Changes when a file in the folder does."""
    try:
        return tuple((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in sorted(folder.rglob("*")))
    except OSError:
        return ()
