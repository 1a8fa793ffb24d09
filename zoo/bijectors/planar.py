"""One step of the planar flow."""

from keras import ops

from zoo.bijectors.one_way import OneWay
from zoo.numerics.stable import softplus

# The least slope that a step has anywhere. Below, float32 has nothing left of it.
MIN_SLOPE = 1e-4


class Planar(OneWay):
    """z' = z + v tanh(w'z + b): z moves along v, by how far it lies on either side of a plane.

        log |det dz'/dz| = log(1 + (1 - tanh(w'z + b)^2) w'v)

    Where w'v > -1 no two z have the same z'. `planar_direction` makes such a v of any u.

    Args:
        v: `[..., D]`, with w'v > -1.
        w: `[..., D]`.
        b: `[...]`.

    Raises:
        InputError: as of `OneWay`.

    Example:
        >>> step = Planar(ops.ones([1, 2]), ops.ones([1, 2]), ops.zeros([1]))
        >>> round(float(step.forward_log_det_jacobian(ops.zeros([1, 2]))[0]), 4)  # log(1 + 2)
        1.0986

    References:
        Rezende and Mohamed 2015, "Variational Inference with Normalizing Flows", equations 10 to 12.
    """

    def __init__(self, v, w, b, name="planar"):
        super().__init__(name, v=v, w=w, b=b)
        self._v, self._w, self._b = v, w, b

    def _bent(self, z):
        return ops.tanh(ops.sum(self._w * z, axis=-1) + self._b)

    def _forward(self, z):
        return z + self._v * ops.expand_dims(self._bent(z), -1)

    def _forward_log_det_jacobian(self, z):
        slope = 1 + (1 - ops.square(self._bent(z))) * ops.sum(self._w * self._v, axis=-1)
        # Only rounding leaves less.
        return ops.log(ops.maximum(slope, MIN_SLOPE / 100))


def planar_direction(u, w):
    """v = u + (m(w'u) - w'u) w / |w|^2, where m(a) = softplus(a) - 1: so w'v = m(w'u) > -1.

    Args:
        u: `[..., D]`, any.
        w: `[..., D]`; near 0, where any v will do, v is u.

    Returns:
        `[..., D]`.

    Example:
        >>> v = planar_direction(ops.convert_to_tensor([-30.0, 0.0]), ops.convert_to_tensor([0.1, 0.0]))
        >>> round(float(v[0]), 4)
        -9.5141

    References:
        Rezende and Mohamed 2015, "Variational Inference with Normalizing Flows", appendix A.1.
    """
    along, square = (ops.sum(w * each, axis=-1, keepdims=True) for each in (u, w))
    wanted = ops.maximum(softplus(along), MIN_SLOPE) - 1
    return u + (wanted - along) * w / ops.maximum(square, 1e-6)
