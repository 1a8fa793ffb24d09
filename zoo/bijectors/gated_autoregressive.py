"""One step of the inverse autoregressive flow, in its gated form."""

from keras import ops

from zoo.bijectors.step import Step
from zoo.numerics.stable import log_sigmoid


class GatedAutoregressive(Step):
    """z' = sigma * z + (1 - sigma) * m, where [m, s] = network(z) and sigma = sigmoid(s + gate_bias).

    The network is autoregressive: m_i and s_i depend on z_1 .. z_(i-1). So the Jacobian is triangular, and

        log |det dz'/dz| = sum_i log sigma_i

    Forward, the direction of sampling, is one pass of the network; the inverse takes one pass for each dimension.

    Args:
        network: a function of z, `[..., D]` to `[..., D, 2]`, autoregressive.
        gate_bias: with 1 or 2 and a network that starts near 0, the step starts near the identity.

    Example:
        >>> step = GatedAutoregressive(lambda z: ops.zeros((*z.shape, 2)), gate_bias=0.0)
        >>> step.forward(ops.ones([1, 3])).shape[-1], float(step.forward_log_det_jacobian(ops.ones([1, 3]))[0])
        (3, -2.07944...)

    References:
        Kingma et al. 2016, "Improving Variational Inference with Inverse Autoregressive Flow", equations 12 to 14.
    """

    def __init__(self, network, gate_bias=1.0, name="gated_autoregressive"):
        super().__init__(name, network=network, gate_bias=gate_bias)
        self._network = network
        self._gate_bias = gate_bias
        self._last = (None, None, None)

    def _gate(self, z):
        """m and log sigma at z; the forward pass and its log determinant ask for the same z."""
        last_z, m, log_sigma = self._last
        if z is not last_z:
            output = ops.cast(self._network(z), "float32")
            m, log_sigma = output[..., 0], log_sigmoid(output[..., 1] + self._gate_bias)
            self._last = (z, m, log_sigma)
        return m, log_sigma

    def _forward(self, z):
        m, log_sigma = self._gate(z)
        sigma = ops.exp(log_sigma)
        return sigma * z + (1 - sigma) * m

    def _forward_log_det_jacobian(self, z):
        return ops.sum(self._gate(z)[1], axis=-1)

    def _inverse(self, y):
        # Pass i makes the first i dimensions right.
        z = ops.zeros_like(y)
        for _ in range(y.shape[-1]):
            m, log_sigma = self._gate(z)
            z = m + (y - m) * ops.exp(-log_sigma)
        return z

    def _inverse_log_det_jacobian(self, y):
        return -self._forward_log_det_jacobian(self._inverse(y))
