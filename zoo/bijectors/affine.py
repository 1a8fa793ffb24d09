"""A shift and a scale of each dimension."""

from keras import ops

from zoo.bijectors.step import Step


class Affine(Step):
    """z' = z exp(s) + m, with log |det dz'/dz| = sum_d s_d.

    Args:
        shift: m, `[..., D]`.
        log_scale: s, `[..., D]`; None where nothing is scaled.

    Example:
        >>> ones = ops.ones([1, 2])
        >>> step = Affine(ones, ones)
        >>> round(float(step.forward(ones)[0, 0]), 4), float(step.forward_log_det_jacobian(ones)[0])
        (3.7183, 2.0)
    """

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
