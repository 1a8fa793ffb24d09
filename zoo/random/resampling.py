"""Choosing samples by their weights."""

from keras import ops

from zoo.random.threefry import uniform


def systematic(weights, num_samples, key):
    """Chooses m of k samples for each of B examples: sample i m w_i times on average, and always within 1 of that.

    j = 0 .. m - 1 takes the sample in whose stretch of the cumulative weights (u + j) / m lies; u ~ Uniform(0, 1) is
    one for the whole example.

    Args:
        weights: float32 `[k, B]`, not negative, with sum 1 over the first axis.
        num_samples: m.
        key: int32 `[2]`.

    Returns:
        int32 `[m, B]`, in ascending order for each example.

    Example:
        >>> from zoo.random import key
        >>> weights = ops.convert_to_tensor([[0.5], [0.0], [0.5]])
        >>> ops.convert_to_numpy(systematic(weights, 4, key(0)))[:, 0].tolist()
        [0, 0, 2, 2]

    References:
        Carpenter et al. 1999, "Improved Particle Filter for Nonlinear Problems"; Douc et al. 2005, "Comparison of
        Resampling Schemes for Particle Filtering", section 2.4.
    """
    u = uniform(key, ops.shape(weights)[1:])
    positions = (u + ops.arange(num_samples, dtype="float32")[:, None]) / num_samples
    ends = ops.cumsum(weights, axis=0)
    # The last end is 1 up to rounding: whatever lies beyond it is the last sample's.
    return ops.sum(ops.cast(ends[:-1, None] <= positions[None], "int32"), axis=0)
