"""Codes and the factors behind them, looked at before one is measured by the other."""

import numpy as np

from zoo.errors import InputError


def check_codes_and_factors(codes, factors, gap=False):
    """The codes as float64, and the factors with their values numbered from 0 in their order.

    Args:
        codes: finite numbers `[N, D]`.
        factors: integers or labels `[N, F]`, each column with two values or more.
        gap: whether the codes are to have a second dimension, that the best one can be ahead of.

    Raises:
        InputError: they aren't.

    Example:
        >>> check_codes_and_factors([[0.5], [1.0]], [[10], [30]])[1].tolist()
        [[0], [1]]
    """
    codes, factors = np.asarray(codes, "float64"), np.asarray(factors)
    if codes.ndim != 2 or factors.ndim != 2 or len(codes) != len(factors):
        raise InputError(
            f"codes are {codes.shape} and factors {factors.shape}, but must be [N, D] and [N, F] of the same N images."
        )
    if gap and codes.shape[1] < 2:
        raise InputError("codes have one dimension: there is no gap to a second one. Give codes of two or more.")
    if not np.isfinite(codes).all():
        raise InputError("codes have values that aren't finite: look at the model that gave them.")
    numbered = [np.unique(column, return_inverse=True)[1] for column in factors.T]
    for index, column in enumerate(numbered):
        if len(column) == 0 or column.max() == 0:
            raise InputError(f"factors have fewer than two values in column {index}: leave that column out.")
    return codes, np.stack(numbered, axis=1)
