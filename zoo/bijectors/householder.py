"""Householder reflections."""

from keras import ops

from zoo.bijectors.step import Step


class Householder(Step):
    """z' = (I - 2 v v' / |v|^2) z: z is mirrored at the plane through 0 that v is normal to. No volume changes.

    It is its own inverse.

    Args:
        v: `[..., D]`. Where it is 0 there is no plane, and z stays.

    Example:
        >>> step = Householder(ops.convert_to_tensor([1.0, 1.0]))
        >>> [float(number) for number in step.forward([3.0, 5.0])]
        [-5.0, -3.0]

    References:
        Tomczak and Welling 2016, "Improving Variational Auto-Encoders using Householder Flow".
    """

    def __init__(self, v, name="householder"):
        super().__init__(name, v=v)
        self._v = v

    def _forward(self, z):
        return reflected(z, self._v)

    def _inverse(self, y):
        return reflected(y, self._v)

    def _forward_log_det_jacobian(self, z):
        return ops.zeros_like(z[..., 0])


def reflected(z, v):
    """(I - 2 v v' / |v|^2) z, for any length of v; z itself for a v of 0.

    Args:
        z, v: `[..., D]`.

    Example:
        >>> [float(number) for number in reflected(ops.ones([2]), ops.zeros([2]))]
        [1.0, 1.0]
    """
    # Only the direction of v counts. Its length, which has no gradient, is made such that no square of it vanishes.
    largest = ops.stop_gradient(ops.max(ops.abs(v), axis=-1, keepdims=True))
    v = v / ops.where(largest > 1e-30, largest, 1.0) * ops.cast(largest > 1e-30, v.dtype)
    square = ops.maximum(ops.sum(ops.square(v), axis=-1, keepdims=True), 1.0)
    return z - 2 * v * (ops.sum(v * z, axis=-1, keepdims=True) / square)
