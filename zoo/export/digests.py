"""Digests of exported files: each is checked to be the one that was written."""

import hashlib

import msgspec

from zoo.errors import InputError
from zoo.files.saving import read_json
from zoo.files.sha256 import sha256


class _Export(msgspec.Struct):
    sha256: dict[str, str] = {}


class _Card(msgspec.Struct):
    """What is read of a card here."""

    export: _Export | None = None


def check_digest(path, content=None):
    """Raises `InputError` if a `card.json` beside an exported file, or above its SavedModel, has another digest for it.

    A file without a card is taken as it is.

    Args:
        path: of a `.tflite`, or of a file in a SavedModel.
        content: its bytes, where they have been read already.

    Returns:
        Whether there is a digest for it.
    """
    for folder in list(path.parents)[:4]:
        if (folder / "card.json").exists():
            export = read_json(folder / "card.json", _Card).export or _Export()
            expected = export.sha256.get(path.relative_to(folder).as_posix())
            found = sha256(path) if content is None else hashlib.sha256(content).hexdigest()
            if expected not in (None, found):
                raise InputError(f"{path} isn't the file that was exported: its SHA-256 isn't its card's. Restore it.")
            return expected is not None
    return False
