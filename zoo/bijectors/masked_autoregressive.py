"""One step of the masked autoregressive flow."""

from keras import ops

from zoo.bijectors.step import Step


class MaskedAutoregressive(Step):
    """z_i = u_i exp(s_i) + m_i, where [m, r] = network(z) and s = 2 tanh(r / 2).

    The network is autoregressive: m_i and r_i depend on z_1 .. z_(i-1), which have been drawn before. So the Jacobian
    is triangular, and

        log |det dz/du| = sum_i s_i

    Forward, the direction of sampling, takes one pass of the network for each dimension; the inverse, that of the
    density, is a single pass.

    Args:
        network: a function of z, `[..., D]` to `[..., D, 2]`, autoregressive.

    Example:
        >>> step = MaskedAutoregressive(lambda z: ops.ones((*z.shape, 2)) * ops.convert_to_tensor([1.0, 0.0]))
        >>> float(step.forward(ops.ones([1, 3]))[0, 2]), float(step.inverse(ops.ones([1, 3]))[0, 2])
        (2.0, 0.0)

    References:
        Papamakarios et al. 2017, "Masked Autoregressive Flow for Density Estimation", equations 3 to 5, but for the
        bounds of s.
    """

    def __init__(self, network, name="masked_autoregressive"):
        super().__init__(name, network=network)
        self._network = network
        self._last = (None, None, None)

    def _shift_and_log_scale(self, z):
        """m and s at z; what is drawn, and what the density is asked of, are the same z."""
        last_z, shift, log_scale = self._last
        if z is not last_z:
            output = ops.cast(self._network(z), "float32")
            # A scale within exp(-2) and exp(2): D steps in turn can't explode.
            shift, log_scale = output[..., 0], 2 * ops.tanh(output[..., 1] / 2)
            self._last = (z, shift, log_scale)
        return shift, log_scale

    def _forward(self, u):
        # Pass i makes the first i dimensions right.
        z = ops.zeros_like(u)
        for _ in range(u.shape[-1]):
            shift, log_scale = self._shift_and_log_scale(z)
            z = u * ops.exp(log_scale) + shift
        # The last pass has seen all that there is to see.
        self._last = (z, shift, log_scale)
        return z

    def _inverse(self, z):
        shift, log_scale = self._shift_and_log_scale(z)
        return (z - shift) * ops.exp(-log_scale)

    def _inverse_log_det_jacobian(self, z):
        return -ops.sum(self._shift_and_log_scale(z)[1], axis=-1)
