"""Vectors of length one."""

import numpy as np
from keras import ops


def unit_vector(x):
    """x / |x|, of whatever size the numbers are, and the first axis where x = 0.

    Args:
        x: float tensor `[..., D]`.

    Returns:
        Tensor of that shape.

    Example:
        >>> [round(float(x), 4) for x in unit_vector(ops.convert_to_tensor([3e30, 4e30]))]
        [0.6, 0.8]
    """
    largest = ops.max(ops.abs(x), axis=-1, keepdims=True)
    # A vector's direction isn't its scale's: the gradient needs none through this.
    scale = ops.stop_gradient(ops.where(largest > 0, largest, 1.0))
    x = ops.where(largest > 0, x / scale, np.eye(1, x.shape[-1], dtype="float32")[0])
    return x / ops.sqrt(ops.sum(ops.square(x), axis=-1, keepdims=True))
