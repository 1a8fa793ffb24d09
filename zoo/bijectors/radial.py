"""One step of the radial flow."""

from keras import ops

from zoo.bijectors.step import Step


class Radial(Step):
    """z' = z + beta (z - c) / (alpha + r), r = |z - c|: z moves towards a point c, or away from it.

        log |det dz'/dz| = (D - 1) log(1 + beta / (alpha + r)) + log(1 + alpha beta / (alpha + r)^2)

    With beta = gamma - alpha and gamma > 0 no two z have the same z', and all terms of what is computed are positive:

        1 + beta / (alpha + r) = (r + gamma) / (alpha + r)
        1 + alpha beta / (alpha + r)^2 = (r^2 + 2 alpha r + alpha gamma) / (alpha + r)^2

    The inverse solves r^2 + (gamma - r') r = alpha r' for r, where r' = |z' - c|.

    Args:
        center: c, `[..., D]`.
        alpha: `[...]`, positive.
        gamma: alpha + beta, `[...]`, positive. With gamma = alpha the step is the identity.

    Example:
        >>> step = Radial(ops.zeros([1, 2]), ops.ones([1]), 2 * ops.ones([1]))
        >>> float(step.forward([[3.0, 4.0]])[0, 1]), float(step.inverse([[3.5, 4.6666665]])[0, 0])
        (4.66666..., 3.0...)

    References:
        Rezende and Mohamed 2015, "Variational Inference with Normalizing Flows", equation 14 and appendix A.2.
    """

    def __init__(self, center, alpha, gamma, name="radial"):
        super().__init__(name, center=center, alpha=alpha, gamma=gamma)
        self._center, self._alpha, self._gamma = center, alpha, gamma

    def _distance(self, z):
        # At c itself the root has no gradient.
        return ops.sqrt(ops.maximum(ops.sum(ops.square(z - self._center), axis=-1), 1e-20))

    def _forward(self, z):
        r = self._distance(z)
        return self._center + (z - self._center) * ops.expand_dims((r + self._gamma) / (r + self._alpha), -1)

    def _inverse(self, y):
        far, alpha = self._distance(y), self._alpha
        half = (self._gamma - far) / 2
        root = ops.sqrt(ops.square(half) + alpha * far)
        # Two ways to write the positive root, of which one loses no digits.
        r = ops.where(half > 0, alpha * far / (root + ops.abs(half)), root - half)
        return self._center + (y - self._center) * ops.expand_dims((r + alpha) / (r + self._gamma), -1)

    def _forward_log_det_jacobian(self, z):
        r, alpha, gamma = self._distance(z), self._alpha, self._gamma
        across = ops.log((r + gamma) / (r + alpha))
        along = ops.log((r * r + 2 * alpha * r + alpha * gamma) / ops.square(r + alpha))
        return (z.shape[-1] - 1) * across + along
