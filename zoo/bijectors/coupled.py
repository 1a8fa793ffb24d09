"""A coupling step of a flow."""

import numpy as np
from keras import ops

from zoo.bijectors.step import Step


class Coupled(Step):
    """One part of the dimensions stays, a, and the other, b, is moved as the first one says.

        z[a] = u[a],   z[b] = f(u[b]; u[a]),   log |det dz/du| = log |det df/du[b]|

    Args:
        order: the dimensions, int32 `[D]`, those that stay first.
        stay: how many these are.
        moving: a function of u[a], `[..., stay]`, to f, a bijector of `[..., D - stay]`.

    Example:
        >>> from zoo.bijectors.affine import Affine
        >>> step = Coupled(np.int32([1, 0]), 1, lambda a: Affine(10 * a))
        >>> [float(number) for number in step.forward(ops.convert_to_tensor([[1.0, 2.0]]))[0]]
        [21.0, 2.0]

    References:
        Dinh et al. 2017, "Density Estimation Using Real NVP", equations 4 to 6.
    """

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
