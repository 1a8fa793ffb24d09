"""The diagonal Gaussian of a network's output."""

from keras import ops

from zoo.numerics.stable import softplus
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
    loc, raw_scale = ops.split(ops.cast(parameters, "float32"), 2, axis=-1)
    return tfd.Independent(tfd.Normal(loc, softplus(raw_scale) + MIN_SCALE), 1)
