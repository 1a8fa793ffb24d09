"""Gradients that go through a draw alone."""

from keras import ops

from zoo.numerics.gradient import gradient


def path(function, z, value):
    """A function's value at z, whose gradient is that through z alone, d function / dz times dz.

    What else the function is made of, the weights of a density say, is taken for constants. So nothing has to be built
    again with stopped weights, whatever they are: the slope is found at a z without a past, and is a constant, too.

    Args:
        function: of z, `[..., D]`, to `[...]`; it has a gradient.
        z: float tensor `[..., D]`.
        value: function(z), which is known already.

    Returns:
        Tensor `[...]`.

    Example:
        >>> float(path(lambda z: ops.sum(z**2, -1), ops.convert_to_tensor([3.0]), 9.0))
        9.0

    References:
        Roeder et al. 2017, "Sticking the Landing: Simple, Lower-Variance Gradient Estimators for Variational
        Inference", for log q(z|x).
    """
    at = ops.stop_gradient(z)
    slope = ops.stop_gradient(gradient(function, at))
    # z - at is 0, and has a gradient.
    return ops.stop_gradient(value) + ops.sum(slope * (z - at), axis=-1)
