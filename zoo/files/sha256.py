"""The SHA-256 of a file."""

import hashlib


def sha256(path):
    """The SHA-256 of a file, in hexadecimal digits.

    Example:
        >>> len(sha256(__file__))
        64
    """
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
