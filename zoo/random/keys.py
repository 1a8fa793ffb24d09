"""Integer seeds, as the counter-based generator and scikit-learn take them."""

import numpy as np

from zoo.errors import InputError


def key(seed):
    """The key of an integer seed: its high and its low 32 bits, as in `jax.random.PRNGKey`.

    Args:
        seed: an int in [-2^63, 2^64).

    Returns:
        NumPy int32 `[2]`.

    Raises:
        InputError: `seed` is not an integer in that range.

    Example:
        >>> key(7)
        array([0, 7], dtype=int32)
    """
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or not -(2**63) <= seed < 2**64:
        raise InputError(f"seed is {seed!r}, but must be an integer from -2**63 to 2**64 - 1.")
    seed = int(seed) % 2**64
    return np.array([seed >> 32, seed % 2**32], dtype="uint32").view("int32")


def low_bits(seed):
    """The low 32 bits of an integer seed, an int: scikit-learn takes no more.

    Raises:
        InputError: as `key` does.

    Example:
        >>> low_bits(7), low_bits(2**32 + 7)
        (7, 7)
    """
    return int(key(seed).view("uint32")[1])
