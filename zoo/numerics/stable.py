"""Functions of floating-point numbers that stay finite and exact, on both backends and in TFLite."""

import numpy as np
from keras import ops


def softplus(x):
    """log(1 + exp(x)), written so that nothing overflows: max(x, 0) + log(1 + exp(-|x|)).

    TFLite computes `ops.softplus` as log(1 + exp(x)), which is infinite from x = 89 on.

    Args:
        x: float tensor of any shape.

    Returns:
        Tensor of x's shape, positive.

    Example:
        >>> float(softplus(ops.convert_to_tensor(1000.0)))
        1000.0
    """
    # On TensorFlow a custom gradient takes tensors and no variables: the copy is one, and costs nothing.
    return _softplus(ops.copy(x))


@ops.custom_gradient
def _softplus(x):
    # The gradient is known, and one operation where that of the expression is ten.
    def gradient(*args, upstream=None):
        if upstream is None:
            (upstream,) = args
        return upstream * ops.sigmoid(x)

    return ops.relu(x) + ops.log1p(ops.exp(-ops.abs(x))), gradient


def inverse_softplus(y):
    """x of softplus(x) = y, for a weight to begin at: y + log(1 - exp(-y)). NumPy.

    Args:
        y: positive numbers of any shape.

    Example:
        >>> round(float(softplus(inverse_softplus(0.1))), 6), float(inverse_softplus(1000.0))
        (0.1, 1000.0)
    """
    return y + np.log(-np.expm1(-np.asarray(y, "float64")))


def sum_softplus(x):
    """sum_i log(1 + exp(x_i)) over the last axis, with a logarithm for each group of up to 16 terms.

    sum_i softplus(x_i) = sum_i max(x_i, 0) + sum_g log prod_(i in g) (1 + exp(-|x_i|)), where no factor is above 2.

    Args:
        x: float tensor `[..., N]`, N known.

    Returns:
        Tensor `[...]`.

    Example:
        >>> round(float(sum_softplus(ops.zeros([4]))), 4)
        2.7726
    """
    return _sum_softplus(ops.copy(x))


@ops.custom_gradient
def _sum_softplus(x):
    def gradient(*args, upstream=None):
        if upstream is None:
            (upstream,) = args
        return ops.expand_dims(upstream, -1) * ops.sigmoid(x)

    size = x.shape[-1]
    group = _group_size(size)
    factors = ops.reshape(1 + ops.exp(-ops.abs(x)), (*ops.shape(x)[:-1], size // group, group))
    logs = ops.log(ops.prod(factors, axis=-1))
    return ops.sum(ops.relu(x), axis=-1) + ops.sum(logs, axis=-1), gradient


def _group_size(size):
    """The largest divisor of `size` up to 16: so many factors from 1 to 2 have a product that is exact enough."""
    return max(n for n in range(1, 17) if size % n == 0)


@ops.custom_gradient
def softplus_by_lane(x):
    """`sum_softplus` in parts: each lane is the sum over one group, whose terms are as far apart as there are lanes.

    It is for a kernel of XLA's, which takes a sum over neighbours one by one, since it may not change the order of
    additions. Lanes it takes side by side.

    Args:
        x: float tensor `[..., N]`, N known; no variable.

    Returns:
        Tensor `[..., lanes]`, lanes = N / the largest divisor of N up to 16.

    Example:
        >>> [round(float(lane), 4) for lane in softplus_by_lane(ops.zeros([6 * 11]))[:2]]
        [7.6246, 7.6246]
    """
    size = x.shape[-1]
    group = _group_size(size)
    lanes = size // group

    def gradient(*args, upstream=None):
        if upstream is None:
            (upstream,) = args
        return ops.concatenate([upstream] * group, axis=-1) * ops.sigmoid(x)

    total, factors = 0.0, 1.0
    for start in range(0, size, lanes):
        some = x[..., start : start + lanes]
        total, factors = total + ops.relu(some), factors * (1 + ops.exp(-ops.abs(some)))
    return total + ops.log(factors), gradient


def log_sigmoid(x):
    """log(1 / (1 + exp(-x))) = -softplus(-x), finite for every finite x.

    Args:
        x: float tensor of any shape.

    Returns:
        Tensor of x's shape, at most 0.

    Example:
        >>> float(log_sigmoid(ops.convert_to_tensor(-1000.0)))
        -1000.0
    """
    return -softplus(-x)


def log1mexp(x):
    """log(1 - exp(-x)) for x > 0.

    Below 1/64 the series log x - x/2 + x^2/24 takes over: 1 - exp(-x) would lose half of float32's digits there, and
    `expm1`, which keeps them, does not in TFLite.

    Args:
        x: positive float tensor of any shape.

    Returns:
        Tensor of x's shape, at most 0.

    Example:
        >>> round(float(log1mexp(ops.convert_to_tensor(0.6931472))), 6)
        -0.693147
    """
    small = x < 1 / 64
    # Each branch gets an argument at which its own value and gradient are finite.
    near = ops.where(small, x, 1.0)
    far = ops.where(small, 1.0, x)
    return ops.where(small, ops.log(near) - near / 2 + near * near / 24, ops.log(1 - ops.exp(-far)))


def log_mean_exp(x, axis=0):
    """log(1/S sum_s exp(x_s)), the S terms along `axis`.

    Args:
        x: float tensor, log weights in nats.
        axis: the axis to average over.

    Returns:
        Tensor without that axis, in nats.

    Example:
        >>> float(log_mean_exp(ops.convert_to_tensor([-1000.0, -1000.0])))
        -1000.0
    """
    return ops.logsumexp(x, axis=axis) - ops.log(ops.cast(ops.shape(x)[axis], x.dtype))


def shares(x, axis=0):
    """exp(x_s) / sum_s exp(x_s): each weight's share of their sum, of log weights x.

    It is a softmax, of a single weight too, where Keras's own warns.

    Args:
        x: float tensor, log weights in nats.
        axis: that of the weights.

    Returns:
        Tensor of x's shape, with sum 1 along that axis.

    Example:
        >>> [round(float(share), 4) for share in shares(ops.convert_to_tensor([1000.0, 1001.0986]))]
        [0.25, 0.75]
    """
    return ops.exp(x - ops.logsumexp(x, axis=axis, keepdims=True))


def log1p(x):
    """log(1 + x) for x >= 0.

    Below 1/64 the series x - x^2/2 + x^3/3 - x^4/4 takes over: TFLite computes `ops.log1p` as log(1 + x), and 1 + x has
    lost digits of x there.

    Args:
        x: float tensor of any shape, not negative.

    Returns:
        Tensor of x's shape, not negative.

    Example:
        >>> round(1e6 * float(log1p(ops.convert_to_tensor(1e-6))), 4)
        1.0
    """
    small = x < 1 / 64
    near, far = ops.where(small, x, 0.0), ops.where(small, 0.0, x)
    return ops.where(small, near * (1 - near * (1 / 2 - near * (1 / 3 - near / 4))), ops.log(1 + far))


def expm1(x):
    """exp(x) - 1 for x >= 0, by the series x + x^2/2 + x^3/6 + x^4/24 below 1/64: see `log1p`.

    Args:
        x: float tensor of any shape, not negative.

    Returns:
        Tensor of x's shape, not negative.

    Example:
        >>> round(1e6 * float(expm1(ops.convert_to_tensor(1e-6))), 4)
        1.0
    """
    small = x < 1 / 64
    near, far = ops.where(small, x, 0.0), ops.where(small, 0.0, x)
    return ops.where(small, near * (1 + near * (1 / 2 + near * (1 / 6 + near / 24))), ops.exp(far) - 1)
