"""Checks of numbers that are given."""

import numbers

from zoo.errors import InputError


def check_count(name, value, least=1):
    """Raises `InputError` unless a value is an integer of at least `least`. A tensor is not looked at.

    Example:
        >>> check_count("n", 0)
        Traceback (most recent call last):
        zoo.errors.InputError: n is 0, but must be a positive integer.
    """
    is_tensor = hasattr(value, "dtype") and not isinstance(value, numbers.Number)
    if not is_tensor and (isinstance(value, bool) or not isinstance(value, numbers.Integral) or value < least):
        wanted = "a positive integer" if least == 1 else f"an integer of at least {least}"
        raise InputError(f"{name} is {value!r}, but must be {wanted}.")


def check_positive(name, value):
    """Raises `InputError` where a number isn't positive and finite.

    Example:
        >>> check_positive("learning_rate", float("nan"))
        Traceback (most recent call last):
        zoo.errors.InputError: learning_rate is nan, but must be a positive number.
    """
    if isinstance(value, numbers.Number) and (isinstance(value, bool) or not 0 < value < float("inf")):
        raise InputError(f"{name} is {value!r}, but must be a positive number.")
