"""The versions of one served model: the folder they are in, the one that serves, and those that were refused."""

import re
import threading
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from zoo.errors import InputError
from zoo.export.saved_model import load_saved_model
from zoo.export.warm_up import read_warm_up
from zoo.serving.errors import Invalid, NotFound, ServingError, TooLarge, Unavailable
from zoo.serving.tensors import check_names, check_shape

PREDICT = "tensorflow/serving/predict"


class Version(NamedTuple):
    """A SavedModel that has been loaded."""

    number: int
    signatures: Any  #: name to a concrete function
    definitions: Any  #: name to a `SignatureDef` proto
    loaded: Any = None  #: what keeps the variables alive


class Versions:
    """Serves the highest version in a folder, as TensorFlow Serving does, and takes up a higher one that appears.

    A version that can't be loaded is refused and looked at again when its files change; the one before serves on.

    Args:
        name: the model's.
        folder: has a folder for each version, 1, 2, ...; or is a SavedModel itself, which is version 1.
        max_batch: how many examples a request may have.

    Raises:
        InputError: there is no version in the folder that can be loaded.
    """

    def __init__(self, name, folder, max_batch=128):
        self.name, self.folder, self.max_batch = name, Path(folder), max_batch
        self.current = None
        self._refused = {}  # number -> (its files' stamp, why)
        self._lock = threading.Lock()
        self.refresh()
        if self.current is None:
            reasons = [reason for _, reason in self._refused.values()]
            raise InputError(
                reasons[0] if reasons else f"{self.folder} has no SavedModel in it. `zoo export` writes one."
            )

    def refresh(self):
        """Loads the highest version there is, if it is higher than the one that serves.

        Returns:
            What happened: lines for the log.
        """
        happened = []
        with self._lock:
            folders = self._folders()
            for number in sorted(folders, reverse=True):
                if self.current is not None and number <= self.current.number:
                    break
                stamp = _stamp(folders[number])
                if self._refused.get(number, (None, None))[0] == stamp:
                    continue
                try:
                    self.current = _load(folders[number], number)
                except (InputError, ServingError) as error:
                    self._refused[number] = (stamp, str(error))
                    happened.append(f"{self.name}: version {number} is refused: {error}")
                else:
                    self._refused.pop(number, None)
                    happened.append(f"{self.name}: version {number} serves")
        return happened

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
        specs = function.structured_input_signature[1]
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


def run(function, arrays):
    """What a signature returns for arrays that were checked: a dict of name to array.

    Raises:
        Invalid: the graph can't work with these values.
        Unavailable: there isn't the memory for it.
    """
    import tensorflow as tf

    try:
        outputs = function(**{name: tf.constant(array) for name, array in arrays.items()})
    except tf.errors.ResourceExhaustedError as error:
        raise Unavailable("there isn't the memory for so many examples.") from error
    except tf.errors.OpError as error:
        raise Invalid(str(error).splitlines()[0][:200]) from error
    outputs = {name: value.numpy() for name, value in outputs.items()}
    for name, value in outputs.items():
        if not np.isfinite(value).all():
            raise Invalid(f"for these inputs {name} isn't finite: they are too far from any image or code.")
    return outputs


def _load(folder, number):
    """Loads a SavedModel and sends it its warm-up requests."""
    loaded, content = load_saved_model(folder)
    definitions = {
        name: definition
        for name, definition in content.meta_graphs[0].signature_def.items()
        if definition.method_name == PREDICT
    }
    signatures = {name: function for name, function in loaded.signatures.items() if name in definitions}
    # What clients would otherwise wait for: the first call of each graph is slow.
    for name, arrays in read_warm_up(folder):
        if name in signatures:
            run(signatures[name], arrays)
    return Version(number, signatures, definitions, loaded)


def _stamp(folder):
    """Changes when a file in the folder does."""
    try:
        return tuple((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in sorted(folder.rglob("*")))
    except OSError:
        return ()
