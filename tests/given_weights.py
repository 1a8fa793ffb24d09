"""A model of which nothing is known but its log weights."""

from keras import ops

from zoo.vae import LogDensities


class GivenWeights:
    """What objectives ask of a model, with these log weights.

    Args:
        log_weight: `[S, B]`.
        kl_per_dimension: `[B, D]`, or None.
    """

    def __init__(self, log_weight, kl_per_dimension=None):
        self.log_weight, self.kl_per_dimension = ops.convert_to_tensor(log_weight, "float32"), kl_per_dimension

    def log_densities(self, x, num_samples=1, seed=None, training=False):
        zeros = ops.zeros_like(self.log_weight)
        size = 1 if self.kl_per_dimension is None else self.kl_per_dimension.shape[-1]
        z = ops.zeros((*self.log_weight.shape, size))
        return LogDensities(self.log_weight, zeros, zeros, z, self.kl_per_dimension)
