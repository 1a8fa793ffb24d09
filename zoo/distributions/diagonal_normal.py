"""The diagonal Gaussian of a network's output."""

import numpy as np
from keras import ops

from zoo.numerics.stable import inverse_softplus, softplus
from zoo.probability import tfd

# Below this a float32 code is a point, and its log density says more about rounding than about x.
MIN_SCALE = 1e-4


def diagonal_normal(parameters):
    """N(loc, diag(scale^2)), where [loc, raw] = parameters and scale = softplus(raw) + 1e-4.

    Args:
        parameters: float `[..., 2 D]`, of any precision.

    Returns:
        `tfd.Independent(tfd.Normal)`, float32, with batch shape `[...]` and event shape `[D]`.

    Example:
        >>> q = diagonal_normal(ops.zeros([1, 4]))
        >>> [round(float(s), 4) for s in q.stddev()[0]]
        [0.6932, 0.6932]
    """
    loc, raw = ops.split(ops.cast(parameters, "float32"), 2, axis=-1)
    return tfd.Independent(tfd.Normal(loc, softplus(raw) + MIN_SCALE), 1)


def raw_scale(scale):
    """The raw numbers that stand for a scale, or for the least one that there is: NumPy.

    Example:
        >>> q = diagonal_normal(np.concatenate([np.zeros(1), raw_scale(np.ones(1))])[None])
        >>> round(float(q.stddev()[0, 0]), 6)
        1.0
    """
    return inverse_softplus(np.maximum(scale - MIN_SCALE, 1e-6))
