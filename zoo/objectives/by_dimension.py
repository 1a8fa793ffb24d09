"""The dimensions of a posterior, one by one."""

from zoo.errors import InputError
from zoo.probability import tfd


def by_dimension(q, needed_for):
    """The distributions of the dimensions of z, where they are independent of each other given x.

    Args:
        q: what `vae.infer(x)` gave.
        needed_for: what needs them, in words.

    Returns:
        A distribution of batch shape `[B, D]`.

    Raises:
        InputError: they aren't independent.

    Example:
        >>> q = tfd.Independent(tfd.Normal([[0.0, 1.0]], 1.0), 1)
        >>> by_dimension(q, "an objective").batch_shape
        TensorShape([1, 2])
    """
    if not isinstance(q, tfd.Independent):
        raise InputError(
            f"posterior gives a {type(q).__name__}, whose dimensions aren't independent of each other, as {needed_for} "
            "needs them: give zoo.posteriors.Gaussian."
        )
    return q.distribution
