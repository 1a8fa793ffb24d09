"""The ResNet VAE's path from the top of a hierarchy of z down to the image: each level of z is maps."""

import math

import keras
from keras import ops

from zoo.networks.fold import fold
from zoo.networks.shapes import check_sizes
from zoo.networks.top_down import walk
from zoo.networks.transposed_conv import TransposedConv
from zoo.part import Composed


class TopDownResNet(Composed, keras.layers.Layer):
    """h_1 is a constant, and h_(l+1) = h_l + 0.1 (W_l * z_l + V_l * elu(U_l * elu(h_l))): a `TopDown` of convolutions.

    The h_l and z_l are maps, and a `*` is a 3x3 convolution. Where the next level's maps are twice as large, those of
    h_l are repeated, and V_l and W_l are transposed convolutions of stride 2. The levels' z come side by side in one
    vector, each row by row.

    Args:
        shape: (height, width) of the lowest level's maps.
        levels: how many levels there are of each size, from the top, where maps are smallest: each next size is twice
            the one before.
        maps: how many of z each level has.
        filters: how many of h.

    Returns (of a call on z, `[B, D]`):
        The last h, `[B, height, width, filters]`.

    Raises:
        InputError: a size that isn't a positive integer.

    Example:
        >>> network = TopDownResNet(shape=(4, 4), levels=(1, 2), maps=2, filters=8)
        >>> network.sizes, network.latent_dim, tuple(network(ops.zeros([5, 72])).shape)
        ((8, 32, 32), 72, (5, 4, 4, 8))

    References:
        Kingma et al. 2016, "Improving Variational Inference with Inverse Autoregressive Flow", appendix C.2.
    """

    def __init__(self, shape, levels=(2, 2), maps=8, filters=32, **kwargs):
        super().__init__(**kwargs)
        self.levels = check_sizes("levels", levels)
        (self.maps,), (self.filters,) = check_sizes("maps", (maps,)), check_sizes("filters", (filters,))
        self.shapes = sizes_of_levels(shape, self.levels)
        self.sizes = tuple(math.prod(shape) * self.maps for shape in self.shapes)
        self.latent_dim = sum(self.sizes)
        layout, small = {"padding": "same", "data_format": "channels_last"}, keras.initializers.RandomNormal(0.0, 1e-2)
        # Every level begins near N(0, log(2)^2), whatever is above it.
        self.heads = [
            keras.layers.Conv2D(2 * self.maps, 3, kernel_initializer=small.clone(), name=f"prior_{level}", **layout)
            for level in range(len(self.shapes))
        ]
        self.of_h, self.of_hidden, self.of_z = [], [], []
        for level, shape in enumerate(self.shapes):
            grows = level + 1 < len(self.shapes) and self.shapes[level + 1] != shape
            kind = (lambda *args, **kwargs: TransposedConv(*args, 2, **kwargs)) if grows else keras.layers.Conv2D
            he = {"kernel_initializer": "he_normal"} | layout
            self.of_h.append(keras.layers.Conv2D(self.filters, 3, activation="elu", name=f"of_h_{level}", **he))
            self.of_hidden.append(kind(self.filters, 3, name=f"of_hidden_{level}", **he))
            self.of_z.append(kind(self.filters, 3, use_bias=False, name=f"of_z_{level}", **he))

    def build(self, input_shape=None):
        self.constant = self.add_weight(shape=(*self.shapes[0], self.filters), initializer="zeros", name="constant")
        for level, shape in enumerate(self.shapes):
            for layer in (self.heads[level], self.of_h[level], self.of_hidden[level]):
                layer.build((None, *shape, self.filters))
            self.of_z[level].build((None, *shape, self.maps))
        self.built = True

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], *self.shapes[-1], self.filters)

    def start(self):
        """h_1, `[height, width, filters]`."""
        return ops.convert_to_tensor(self.constant)

    def step(self, level, h, z):
        """h_(l+1), `[..., height, width, filters]`, of h_l and z_l, `[..., sizes[l]]`; the levels count from 0."""
        hidden = fold(self.of_h[level], ops.elu(h), axes=3)
        added = fold(self.of_hidden[level], hidden, axes=3) + fold(self.of_z[level], self.as_maps(level, z), axes=3)
        rows, columns = self.shapes[min(level + 1, len(self.shapes) - 1)]
        if (rows, columns) != self.shapes[level]:
            h = ops.repeat(ops.repeat(h, 2, axis=-3), 2, axis=-2)
        return (h + 0.1 * added)[..., :rows, :columns, :]

    def parameters(self, level, h):
        """Of p(z_l | z_1 .. z_(l-1)): `[..., 2 sizes[l]]`, for `zoo.distributions.diagonal_normal`."""
        return self.as_parameters(fold(self.heads[level], ops.elu(h), axes=3))

    def as_maps(self, level, z):
        """z_l, `[..., sizes[l]]`, as maps, `[..., height, width, maps]`."""
        return fold(lambda z: ops.reshape(z, (-1, *self.shapes[level], self.maps)), z)

    def as_parameters(self, maps):
        """Maps of locations and then of raw scales, `[..., height, width, 2 maps]`, as vectors of both in a row."""
        size = math.prod(maps.shape[-3:-1]) * self.maps
        return ops.concatenate(
            [fold(lambda half: ops.reshape(half, (-1, size)), half, axes=3) for half in ops.split(maps, 2, axis=-1)],
            axis=-1,
        )

    def call(self, z):
        return walk(self, z)


def sizes_of_levels(shape, levels):
    """(height, width) of each level's maps, from the top: halved, and rounded up, from one size to the next above.

    Args:
        shape: of the lowest level's.
        levels: how many there are of each size, from the top.

    Raises:
        InputError: a size that isn't a positive integer.

    Example:
        >>> sizes_of_levels((14, 10), levels=(1, 2))
        [(7, 5), (14, 10), (14, 10)]
    """
    rows, columns = check_sizes("shape", shape)
    scales = [2**power for power in reversed(range(len(levels)))]
    return [
        (-(-rows // scale), -(-columns // scale))
        for scale, count in zip(scales, levels, strict=True)
        for _ in range(count)
    ]
