"""One line for a failure after the work, which says what has been kept."""

import contextlib

from zoo.errors import InputError
from zoo.files.foreign import reason


@contextlib.contextmanager
def kept(what, again):
    """Turns any exception into one line that says first what has been kept.

    Args:
        what: what was worked for, and where it is.
        again: what to do for the rest.

    Raises:
        InputError: anything was raised.

    Example:
        >>> with kept("the model is in runs/vae", "`zoo plot runs/vae` makes its pictures"):
        ...     raise MemoryError
        Traceback (most recent call last):
        zoo.errors.InputError: the model is in runs/vae. What comes after it failed: MemoryError. `zoo plot runs/vae`...
    """
    try:
        yield
    except Exception as error:
        raise InputError(f"{what}. What comes after it failed: {reason(error)}. {again}.") from error
