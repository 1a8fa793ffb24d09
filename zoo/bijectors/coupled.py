"""A coupling step of a flow."""

import numpy as np

from zoo.probability import tfb


def coupled(order, stay, network=None, bijector=None):
    """One part of the dimensions stays, a, and the other, b, is moved as the first one says.

        z[a] = u[a],   z[b] = u[b] * exp(s) + m,   [m, s] = network(u[a]),   log |det dz/du| = sum_b s

    Args:
        order: the dimensions, int32 `[D]`, those that stay first.
        stay: how many these are.
        network: a function of `[..., stay]` to m and s, `[..., D - stay]`; None for s where nothing is scaled.
        bijector: in place of a network a function of `[..., stay]` to what moves the others, a bijector.

    Returns:
        A list of bijectors, in the order in which they are applied.

    Example:
        >>> from keras import ops
        >>> steps = coupled(np.int32([1, 0]), 1, lambda u: (10 * u, None))
        >>> z = ops.convert_to_tensor([[1.0, 2.0]])
        >>> for step in steps:
        ...     z = step.forward(z)
        >>> [float(number) for number in z[0]]
        [21.0, 2.0]

    References:
        Dinh et al. 2017, "Density Estimation Using Real NVP", equations 4 to 6.
    """
    moves = (
        {"bijector_fn": lambda u, _: bijector(u)} if bijector else {"shift_and_log_scale_fn": lambda u, _: network(u)}
    )
    step = tfb.RealNVP(num_masked=stay, **moves)
    return [tfb.Permute(order), step, tfb.Permute(np.argsort(order).astype("int32"))]
