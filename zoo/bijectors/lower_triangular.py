"""A shift, and a product with a lower triangular matrix."""

import numpy as np
from keras import ops

from zoo.bijectors.step import Step


class LowerTriangular(Step):
    """z = loc + L u, with log |det dz/du| = sum_d log L_dd.

    The inverse is forward substitution: u_d = (z_d - loc_d - sum_(j<d) L_dj u_j) / L_dd, one dimension after another.
    TFLite has no operation that solves a triangular system.

    Args:
        loc: `[..., D]`.
        lower: L, `[..., D, D]`, zero above the diagonal and positive on it.

    Example:
        >>> step = LowerTriangular(ops.zeros([2]), ops.convert_to_tensor([[2.0, 0.0], [3.0, 1.0]]))
        >>> z = step.forward([1.0, 1.0])
        >>> float(z[0]), float(z[1]), round(float(step.forward_log_det_jacobian([1.0, 1.0])), 4)
        (2.0, 4.0, 0.6931)
    """

    def __init__(self, loc, lower, name="lower_triangular"):
        super().__init__(name, loc=loc, lower=lower)
        self._loc, self._lower = loc, lower

    def _forward(self, u):
        return self._loc + ops.matmul(self._lower, ops.expand_dims(u, -1))[..., 0]

    def _inverse(self, z):
        centered, found = z - self._loc, []
        for d in range(z.shape[-1]):
            rest = centered[..., d]
            if found:
                rest = rest - ops.sum(self._lower[..., d, :d] * ops.stack(found, axis=-1), axis=-1)
            found.append(rest / self._lower[..., d, d])
        return ops.stack(found, axis=-1)

    def _forward_log_det_jacobian(self, u):
        diagonal = ops.sum(self._lower * np.eye(u.shape[-1], dtype="float32"), axis=-1)
        return ops.sum(ops.log(diagonal), axis=-1) + ops.zeros_like(u[..., 0])
