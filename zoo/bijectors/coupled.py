"""A coupling step of a flow."""

import numpy as np
from keras import ops

from zoo.bijectors.step import Step


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
        >>> steps = coupled(np.int32([1, 0]), 1, lambda u: (10 * u, None))
        >>> z = ops.convert_to_tensor([[1.0, 2.0]])
        >>> for step in steps:
        ...     z = step.forward(z)
        >>> [float(number) for number in z[0]]
        [21.0, 2.0]

    References:
        Dinh et al. 2017, "Density Estimation Using Real NVP", equations 4 to 6.
    """
    return [Coupled(order, stay, bijector or (lambda a: Affine(*network(a))))]


class Coupled(Step):
    """A part of the dimensions, and the bijector that it says for the others: see `coupled`."""

    def __init__(self, order, stay, moving, name="coupled"):
        super().__init__(name, order=tuple(int(each) for each in order), stay=stay, moving=moving)
        self._order, self._back, self._stay = order, np.argsort(order).astype("int32"), stay
        self._moving, self._last = moving, (None, None)

    def _forward(self, u):
        return self._with(u, lambda step, b: step.forward(b))

    def _inverse(self, z):
        return self._with(z, lambda step, b: step.inverse(b))

    def _forward_log_det_jacobian(self, u):
        _, b, step = self._parts(u)
        return step.forward_log_det_jacobian(b)

    def _parts(self, x):
        """a, b and what moves b; drawing and the density ask for the same x."""
        last, found = self._last
        if x is not last:
            ordered = ops.take(x, self._order, axis=-1)
            a, b = ordered[..., : self._stay], ordered[..., self._stay :]
            self._last = x, (a, b, self._moving(a))
            found = self._last[1]
        return found

    def _with(self, x, move):
        a, b, step = self._parts(x)
        moved = move(step, b)
        # Where the step is one for each of a batch, x may be the same for all of them.
        a = ops.broadcast_to(a, (*ops.shape(moved)[:-1], self._stay))
        return ops.take(ops.concatenate([a, moved], axis=-1), self._back, axis=-1)


class Affine(Step):
    """z' = z exp(s) + m, with log |det dz'/dz| = sum_d s_d; with None for s the scale is 1."""

    def __init__(self, shift, log_scale=None, name="affine"):
        super().__init__(name, shift=shift, log_scale=log_scale)
        self._shift, self._log_scale = shift, log_scale

    def _forward(self, z):
        return (z if self._log_scale is None else z * ops.exp(self._log_scale)) + self._shift

    def _inverse(self, y):
        centred = y - self._shift
        return centred if self._log_scale is None else centred * ops.exp(-self._log_scale)

    def _forward_log_det_jacobian(self, z):
        log_scale = ops.zeros_like(self._shift) if self._log_scale is None else self._log_scale
        return ops.sum(log_scale + ops.zeros_like(z), axis=-1)
