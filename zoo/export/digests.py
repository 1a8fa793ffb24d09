"""Whether an exported file is the one that was checked when it was written."""

import hashlib

from zoo.errors import InputError
from zoo.saving import read_json


def sha256(path):
    """The SHA-256 of a file, in hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def check_digest(path):
    """Raises `InputError` if a `card.json` beside an exported file, or above its SavedModel, has another digest for it.

    A file without a card is taken as it is.

    Args:
        path: of a `.tflite`, or of a file in a SavedModel.
    """
    for folder in list(path.parents)[:4]:
        if (folder / "card.json").is_file():
            export = read_json(folder / "card.json").get("export")
            digests = export.get("sha256", {}) if isinstance(export, dict) else {}
            expected = digests.get(path.relative_to(folder).as_posix())
            if expected is not None and expected != sha256(path):
                raise InputError(f"{path} isn't the file that was exported: its SHA-256 isn't its card's. Restore it.")
            return
