"""Vectors of noise: a small network for each, whose draws are learned."""

import keras
from keras import ops

from zoo.networks.shapes import check_sizes
from zoo.part import Composed


class NoiseBasis(Composed, keras.layers.Layer):
    """v_m = W_m elu(V_m e_m + b_m) + c_m, a vector of D numbers for each of M independent draws e_m ~ N(0, I).

    Args:
        count: how many there are, M.
        latent_dim: the size of each, D.
        noise: of how many numbers each e_m is.
        units: the width of each network's hidden layer.

    Raises:
        InputError: a size that isn't a positive integer.

    Example:
        >>> tuple(NoiseBasis(3, 2, noise=4)(ops.ones([3, 10, 4])).shape)
        (3, 10, 2)

    References:
        Mescheder et al. 2017, "Adversarial Variational Bayes", whose posterior is a combination of learned basis noise.
    """

    def __init__(self, count, latent_dim, noise=8, units=32, **kwargs):
        super().__init__(**kwargs)
        (self.count,), (self.latent_dim,) = check_sizes("count", (count,)), check_sizes("latent_dim", (latent_dim,))
        (self.noise,), (self.units,) = check_sizes("noise", (noise,)), check_sizes("units", (units,))

    def build(self, input_shape=None):
        count, start = self.count, keras.initializers.VarianceScaling(1.0)

        def matrices(fan_in, fan_out, name):
            def each(shape, dtype):
                return ops.stack([start((fan_in, fan_out), dtype) for _ in range(count)])

            return self.add_weight((count, fan_in, fan_out), each, name=name)

        self.kernel = matrices(self.noise, self.units, "kernel")
        self.bias = self.add_weight((count, 1, self.units), "zeros", name="bias")
        self.last = matrices(self.units, self.latent_dim, "last_kernel")
        self.last_bias = self.add_weight((count, 1, self.latent_dim), "zeros", name="last_bias")
        self.built = True

    def call(self, noise):
        """`[M, N, D]` of noise, `[M, N, noise]`."""
        kernel, bias, last, last_bias = (
            ops.convert_to_tensor(each) for each in (self.kernel, self.bias, self.last, self.last_bias)
        )
        return ops.matmul(ops.elu(ops.matmul(noise, kernel) + bias), last) + last_bias

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.latent_dim)
