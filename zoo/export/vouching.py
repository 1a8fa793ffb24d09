"""Vouching for a SavedModel: its card has a signature with the key of the user who exported it."""

import hashlib
import hmac
import json
import os
import secrets
from pathlib import Path

from zoo.export.digests import sha256
from zoo.files.saving import read_json, replacing

#: The environment variable that names the key's file, where it isn't `~/.config/zoo/key`.
VARIABLE = "ZOO_KEY"


def sign(folder):
    """The HMAC-SHA256 of a SavedModel's files and their names with this user's key, in hexadecimal digits.

    Digests alone vouch for nothing: whoever makes a model makes its card. The key is made when it is first needed, and
    only its owner can read it. Whoever copies it to another machine has it vouch for the same exports there.

    Args:
        folder: the SavedModel's, a `Path`.

    Returns:
        A str, or None where no key can be written or read: then nothing is vouched for.

    Source: RFC 2104, "HMAC: Keyed-Hashing for Message Authentication".
    """
    key = _key()
    if key is None:
        return None
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = [f"{sha256(path)}  {path.relative_to(folder).as_posix()}\n" for path in files]
    return hmac.new(key, "".join(lines).encode(), hashlib.sha256).hexdigest()


def vouch(folder):
    """Writes a `card.json` beside a SavedModel that has just been made here: the card of nothing but its signature."""
    with replacing(folder.parent / "card.json") as temporary:
        temporary.write_text(json.dumps({"export": {"signed": sign(folder)}}))


def vouched(folder):
    """Whether a `card.json` above the SavedModel in `folder` has its signature: no file was changed, added or taken."""
    folder = Path(folder).resolve()
    for parent in list(folder.parents)[:3]:
        if (parent / "card.json").is_file():
            export = read_json(parent / "card.json").get("export")
            signed = export.get("signed") if isinstance(export, dict) else None
            own = sign(folder) if isinstance(signed, str) and signed.isascii() else None
            return own is not None and hmac.compare_digest(signed, own)
    return False


def _key():
    path = Path(os.environ.get(VARIABLE) or Path.home() / ".config/zoo/key")
    try:
        if not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary = path.with_name(f".{path.name}-{os.getpid()}")
            with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(secrets.token_bytes(32))
            try:
                # Unlike a rename, a link doesn't replace the key that another process has just made.
                os.link(temporary, path)
            finally:
                temporary.unlink()
        key = path.read_bytes()
    except FileExistsError:
        key = path.read_bytes()
    except (OSError, RuntimeError):
        return None
    return key if len(key) >= 32 else None
