"""What tells whether data are the same as before: digests of what was read."""

import hashlib

import numpy as np

#: Bytes that are read at once of an array that may be on disk.
CHUNK = 2**24


def row_digests(array):
    """A digest of each row of an array: the same where the bytes are.

    Args:
        array: `[N, ...]`, in memory or on disk.

    Returns:
        `[N]` of 16 bytes each, the first of the row's SHA-256.

    Example:
        >>> a, b, c = row_digests(np.array([[1, 2], [3, 4], [1, 2]]))
        >>> bool(a == c), bool(a == b)
        (True, False)
    """
    step = max(1, CHUNK // max(1, array[:1].nbytes))
    chunks = (np.ascontiguousarray(array[start : start + step]) for start in range(0, len(array), step))
    digests = [hashlib.sha256(row).digest()[:16] for chunk in chunks for row in chunk]
    return np.frombuffer(b"".join(digests), "V16")
