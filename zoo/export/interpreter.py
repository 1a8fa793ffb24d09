"""The signatures of a `.tflite` file, which is read once and looked at before an interpreter has it."""

import warnings

from zoo.errors import InputError
from zoo.export.digests import check_digest
from zoo.files.foreign import check_file, reading

#: What it should be, and how large it may be: offsets in a FlatBuffer have 31 bits.
TFLITE, LARGEST = "a whole TFLite file", 2**31


def open_tflite(path, say=warnings.warn):
    """An interpreter of a `.tflite`, which it has in memory: what becomes of the file meanwhile doesn't matter.

    Args:
        path: of the file, a `Path`.
        say: a function that is given a line where no card says what the file should be.

    Returns:
        An `ai_edge_litert.interpreter.Interpreter`; it checks the file's offsets as it is made.

    Raises:
        InputError: it isn't a whole TFLite file, or isn't the one that its card says it is.

    Example:
        >>> from pathlib import Path
        >>> open_tflite(Path("/dev/null"))
        Traceback (most recent call last):
        zoo.errors.InputError: /dev/null is a device, not a file. Give a file.
    """
    from ai_edge_litert.interpreter import Interpreter

    check_file(path, LARGEST)
    content = path.read_bytes()
    if not check_digest(path, content):
        say(f"{path} has no card.json beside it that says what it should be: it can't be verified.")
    with reading(path, TFLITE):
        if content[4:8] != b"TFL3":
            raise InputError(f"{path} isn't a TFLite file. Restore it.")
        return Interpreter(model_content=content)
