"""The logarithm of the gamma function, of operations that TFLite has too."""

import math

from keras import ops

from zoo.numerics.stable import log1p


def log_gamma(z):
    """log Gamma(z) for z > 0, by Stirling's formula and what it leaves.

    Args:
        z: positive float tensor of any shape.

    Returns:
        Tensor of z's shape.

    Example:
        >>> round(float(log_gamma(ops.convert_to_tensor(5.0))), 4), round(math.log(24), 4)
        (3.1781, 3.1781)
    """
    return (z - 0.5) * ops.log(z) - z + 0.5 * math.log(2 * math.pi) + stirling_remainder(z)


def stirling_remainder(z):
    """log Gamma(z) - ((z - 1/2) log z - z + log(2 pi) / 2) for z > 0: what Stirling's formula leaves.

    From 4 on it is 1/(12 z) - 1/(360 z^3) + 1/(1260 z^5) - 1/(1680 z^7); below, that of z + 4, brought down by
    Gamma(z + 1) = z Gamma(z).

    Args:
        z: positive float tensor of any shape.

    Returns:
        Tensor of z's shape.

    Example:
        >>> round(float(stirling_remainder(ops.convert_to_tensor(1.0))), 4)
        0.0811

    References:
        Abramowitz and Stegun 1964, "Handbook of Mathematical Functions", section 6.1.
    """
    small = z < 4
    # Each branch gets an argument at which its own value and gradient are finite.
    near = ops.where(small, z, 1.0)
    moved = ops.where(small, z + 4, z)
    square = 1 / (moved * moved)
    series = (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680))) / moved
    back = (near + 3.5) * ops.log(near + 4) - 4 - ops.log((near + 1) * (near + 2) * (near + 3))
    return series + ops.where(small, back - (near + 0.5) * ops.log(near), 0.0)


def log_gamma_step(x):
    """log Gamma(x + 1/2) - log Gamma(x) for x >= 1/2, in which Stirling's large terms cancel.

        x log(1 + 1 / (2 x)) - 1/2 + 1/2 log x + r(x + 1/2) - r(x),   r what the formula leaves

    Args:
        x: float tensor of any shape.

    Returns:
        Tensor of x's shape.

    Example:
        >>> round(float(log_gamma_step(1.0)), 4), round(float(log_gamma_step(1e8)), 4)
        (-0.1208, 9.2103)
    """
    x = ops.convert_to_tensor(x)
    return x * log1p(0.5 / x) - 0.5 + 0.5 * ops.log(x) + stirling_remainder(x + 0.5) - stirling_remainder(x)
