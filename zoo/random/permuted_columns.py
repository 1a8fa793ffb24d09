"""Columns in orders of their own."""

from keras import ops

from zoo.random.threefry import uniform


def permuted_columns(z, key):
    """z with each of its columns in another order, each order drawn by itself.

    Rows are then as draws of the product of the columns' distributions.

    Args:
        z: `[N, D]`.
        key: int32 `[2]`.

    Returns:
        Tensor `[N, D]`.

    Example:
        >>> from zoo.random import key
        >>> z = ops.convert_to_tensor([[1.0, 10.0], [2.0, 20.0], [3.0, 30.0]])
        >>> sorted(float(each) for each in permuted_columns(z, key(0))[:, 1])
        [10.0, 20.0, 30.0]

    References:
        Kim and Mnih 2018, "Disentangling by Factorising", algorithm 1.
    """
    order = ops.argsort(uniform(key, ops.shape(z)), axis=0)
    return ops.take_along_axis(z, order, axis=0)
