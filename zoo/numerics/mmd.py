"""The maximum mean discrepancy of two sets of draws."""

from keras import ops

#: Of the kernels that are added up, in units of the distance that two draws of N(0, I) have.
SCALES = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)


def mmd(x, y, scales=SCALES):
    """The unbiased estimate of MMD^2 between the distributions that x and y are drawn from.

        MMD^2 = mean_{i != j} k(x_i, x_j) + mean_{i != j} k(y_i, y_j) - 2 mean_ij k(x_i, y_j)
        k(x, y) = sum_s s C / (s C + |x - y|^2),   C = 2 D

    Its mean is 0 where both are the same, and above 0 elsewhere: an estimate, which is below 0 about as often as above
    where they are the same. Of one draw there is no pair: beside N = 1 or M = 1 it is 0, without a gradient.

    Args:
        x: draws, `[..., N, D]`.
        y: draws, `[..., M, D]`.
        scales: s of each inverse multiquadric in the kernel.

    Returns:
        float32 `[...]`.

    Example:
        >>> x, y = ops.convert_to_tensor([[0.0], [2.0]]), ops.convert_to_tensor([[1.0], [3.0]])
        >>> round(float(mmd(x, y, scales=(1.0,))), 4)  # 1/3 + 1/3 - 12/11
        -0.4242

    References:
        Gretton et al. 2012, "A Kernel Two-Sample Test", lemma 6; Tolstikhin et al. 2018, "Wasserstein Auto-Encoders",
        for the kernel.
    """
    x, y = ops.cast(x, "float32"), ops.cast(y, "float32")
    n, m = (ops.cast(ops.shape(each)[-2], "float32") for each in (x, y))
    apart = _pairs(x, scales) + _pairs(y, scales) - 2 * ops.sum(_kernel(x, y, scales), axis=(-2, -1)) / (n * m)
    return ops.where(ops.minimum(n, m) > 1, apart, ops.zeros_like(apart))


def _pairs(x, scales):
    """The mean of k(x_i, x_j) over i != j."""
    number = ops.arange(ops.shape(x)[-2])
    others = ops.cast(number[:, None] != number, "float32")
    return ops.sum(others * _kernel(x, x, scales), axis=(-2, -1)) / ops.maximum(ops.sum(others), 1.0)


def _kernel(x, y, scales):
    """k of each pair, `[..., N, M]`."""
    # Of the differences, and not of the products: those of codes far out would cancel.
    distance = ops.sum(ops.square(ops.expand_dims(x, -2) - ops.expand_dims(y, -3)), axis=-1)
    sizes = [2.0 * x.shape[-1] * scale for scale in scales]
    return sum(size / (size + distance) for size in sizes)
