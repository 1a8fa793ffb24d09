"""One step of the neural autoregressive flow: a monotone network for each dimension."""

import numpy as np
from keras import ops

from zoo.bijectors.one_way import OneWay
from zoo.numerics.stable import inverse_softplus, log_sigmoid, softplus

# The least slope within a unit.
LEAST = 1e-3


class DeepSigmoidal(OneWay):
    """z'_i = logit(sum_k w_ik sigmoid(a_ik z_i + b_ik)), where [a, b, w] = network(z).

    The network is autoregressive: its numbers for z'_i depend on z_1 .. z_(i-1). The a are positive, and the w, too,
    with sum_k w_ik = 1: so z'_i rises with z_i, from minus to plus infinity. With sigma_k = sigmoid(a_k z + b_k),

        log dz'/dz = log sum_k w_k a_k sigma_k (1 - sigma_k) - log sum_k w_k sigma_k - log sum_k w_k (1 - sigma_k)

    Where the network gives zeros, a = 1, b = 0 and w = 1/K: the step is the identity.

    Args:
        network: a function of z, `[..., D]` to `[..., D, 3 K]`, autoregressive.

    Raises:
        InputError: as of `OneWay`.

    Example:
        >>> step = DeepSigmoidal(lambda z: ops.zeros((*z.shape, 3 * 4)))
        >>> round(float(step.forward(ops.full([1, 2], 1.5))[0, 0]), 4)
        1.5

    References:
        Huang et al. 2018, "Neural Autoregressive Flows", the deep sigmoidal flow.
    """

    def __init__(self, network, name="deep_sigmoidal"):
        super().__init__(name, network=network)
        self._network = network
        self._last = (None, None, None)

    def _at(self, z):
        """z' and the log of its slope; the forward pass and its log determinant ask for the same z."""
        last_z, *found = self._last
        if z is not last_z:
            found = _sigmoidal(z, ops.cast(self._network(z), "float32"))
            self._last = (z, *found)
        return found

    def _forward(self, z):
        return self._at(z)[0]

    def _forward_log_det_jacobian(self, z):
        return ops.sum(self._at(z)[1], axis=-1)


def _sigmoidal(z, numbers):
    """z' and log dz'/dz, `[..., D]`, of z and of the raw numbers `[..., D, 3 K]`."""
    of_a, b, logits = ops.split(numbers, 3, axis=-1)
    a = softplus(of_a + np.float32(inverse_softplus(1 - LEAST))) + LEAST
    inner = a * ops.expand_dims(z, -1) + b
    log_w = logits - ops.logsumexp(logits, axis=-1, keepdims=True)
    log_on, log_off = log_w + log_sigmoid(inner), log_w + log_sigmoid(-inner)
    on, off = ops.logsumexp(log_on, axis=-1), ops.logsumexp(log_off, axis=-1)
    slope = ops.logsumexp(log_on + log_sigmoid(-inner) + ops.log(a), axis=-1)
    return on - off, slope - on - off
