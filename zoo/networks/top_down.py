"""The path from the top of a hierarchy of z down to the image's features."""

import keras
from keras import ops

from zoo.networks.fold import fold
from zoo.networks.shapes import check_sizes
from zoo.part import Composed


class TopDown(Composed, keras.layers.Layer):
    """h_1 is a constant vector, and h_(l+1) = h_l + V_l elu(U_l h_l + W_l z_l + b_l) + c_l.

    Called on z, all levels side by side from the top one, it gives the last h. On its way p(z_l | z_1 .. z_(l-1)) and
    q(z_l | z_1 .. z_(l-1), x) are made of h_l: the prior, the posterior and the decoder share one of these.

    Args:
        sizes: of z_1, the top, z_2, and so on down.
        width: of h.
        units: the width of each step's hidden layer; None for that of h.

    Returns (of a call on z, `[..., D]`):
        `[..., width]`.

    Raises:
        InputError: a size that isn't a positive integer.

    Example:
        >>> network = TopDown(sizes=(2, 4), width=16)
        >>> tuple(network(keras.ops.zeros([5, 6])).shape)
        (5, 16)

    References:
        Sonderby et al. 2016, "Ladder Variational Autoencoders", section 2.2; Child 2021, "Very Deep VAEs Generalize
        Autoregressive Models and Can Outperform Them on Images", section 3.2.
    """

    def __init__(self, sizes, width=64, units=None, **kwargs):
        super().__init__(**kwargs)
        self.sizes, (self.width,) = check_sizes("sizes", sizes), check_sizes("width", (width,))
        self.units = check_sizes("units", (units or width,))[0]
        self.latent_dim = sum(self.sizes)
        levels, small = range(len(self.sizes)), keras.initializers.RandomNormal(0.0, 1e-2)
        # Every level begins near N(0, log(2)^2), whatever is above it.
        self.heads = [
            keras.layers.Dense(2 * size, kernel_initializer=small.clone(), name=f"prior_{level}")
            for level, size in enumerate(self.sizes)
        ]
        self.of_h = [keras.layers.Dense(self.units, name=f"of_h_{level}") for level in levels]
        self.of_z = [keras.layers.Dense(self.units, use_bias=False, name=f"of_z_{level}") for level in levels]
        self.out = [keras.layers.Dense(self.width, name=f"out_{level}") for level in levels]

    def build(self, input_shape=None):
        self.constant = self.add_weight(shape=(self.width,), initializer="zeros", name="constant")
        for level, size in enumerate(self.sizes):
            for layer in (self.heads[level], self.of_h[level]):
                layer.build((None, self.width))
            self.of_z[level].build((None, size))
            self.out[level].build((None, self.units))
        self.built = True

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.width)

    def start(self):
        """h_1, `[width]`."""
        return ops.convert_to_tensor(self.constant)

    def step(self, level, h, z):
        """h_(l+1), `[..., width]`, of h_l, `[..., width]`, and z_l, `[..., sizes[l]]`; the levels count from 0."""
        hidden = fold(self.of_h[level], h) + fold(self.of_z[level], z)
        return h + fold(self.out[level], ops.elu(hidden))

    def parameters(self, level, h):
        """Of p(z_l | z_1 .. z_(l-1)): `[..., 2 sizes[l]]`, for `zoo.distributions.diagonal_normal`."""
        return fold(self.heads[level], h)

    def call(self, z):
        return walk(self, z)


def walk(network, z):
    """The last h of a path: its steps along z, from the top.

    Args:
        network: a `TopDown`, or another of its kind.
        z: `[..., D]`, all levels side by side.

    Example:
        >>> network = TopDown(sizes=(2, 4), width=16)
        >>> network.build()
        >>> tuple(walk(network, ops.zeros([5, 6])).shape)
        (5, 16)
    """
    h, start = network.start(), 0
    for level, size in enumerate(network.sizes):
        h = network.step(level, h, z[..., start : start + size])
        start += size
    return h
