"""Values with the gradient of something else."""

from keras import ops


def with_gradient_of(surrogate, value):
    """A value whose gradient is a surrogate's: what an estimator of a bound's gradient gives in training.

    Args:
        surrogate: float tensor, of which the gradient alone counts.
        value: tensor of its shape, whose own gradient is left out.

    Returns:
        Tensor of that shape.

    Example:
        >>> float(with_gradient_of(ops.convert_to_tensor(3.0), ops.convert_to_tensor(5.0)))
        5.0
    """
    return ops.stop_gradient(value - surrogate) + surrogate
