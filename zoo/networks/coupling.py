"""The network of a coupling step, and which dimensions each of a flow's couplings moves."""

import itertools

import keras
import numpy as np
from keras import ops

from zoo.errors import InputError
from zoo.networks.shapes import check_sizes
from zoo.part import Composed


class Coupling(Composed, keras.layers.Layer):
    """A coupling step's network: from the dimensions that stay, and a context, the numbers by which the others move.

        h_1 = W_1 u + U c + b_1,   h_l = W_l elu(h_(l-1)) + b_l

    The last layer begins at 0: the step, as the identity.

    Args:
        numbers: how many it gives.
        units: the width of each hidden layer.

    Returns (of a call on u, `[..., B, stay]`, and where there is one a context c, `[B, C]`):
        float32 `[..., B, numbers]`.

    Example:
        >>> numbers = Coupling(6, units=(8,))(ops.ones([5, 2]))
        >>> tuple(numbers.shape), float(ops.max(numbers))
        ((5, 6), 0.0)

    References:
        Dinh et al. 2017, "Density Estimation Using Real NVP", section 3.
    """

    def __init__(self, numbers, units=(64, 64), **kwargs):
        super().__init__(**kwargs)
        self.numbers, self.units = numbers, check_sizes("units", units)

    def build(self, u_shape, context_shape=None):
        sizes = (u_shape[-1], *self.units, self.numbers)
        self.kernels, self.biases = [], []
        for index, shape in enumerate(itertools.pairwise(sizes)):
            initializer = "glorot_uniform" if index < len(self.units) else "zeros"
            self.kernels.append(self.add_weight(shape=shape, initializer=initializer, name=f"kernel_{index}"))
            self.biases.append(self.add_weight(shape=shape[1:], initializer="zeros", name=f"bias_{index}"))
        if context_shape is not None:
            shape = (context_shape[-1], self.units[0])
            self.context_kernel = self.add_weight(shape=shape, initializer="glorot_uniform", name="context_kernel")
        self.built = True

    def call(self, u, context=None):
        for index, (kernel, bias) in enumerate(zip(self.kernels, self.biases, strict=True)):
            u = ops.matmul(ops.elu(u) if index else u, kernel) + bias
            if index == 0 and context is not None:
                u = u + ops.matmul(context, self.context_kernel)
        return ops.cast(u, "float32")


def shift_and_log_scale(numbers):
    """m and s = 2 tanh(r / 2) of the numbers [m, r] of an affine coupling.

    A scale is within exp(-2) and exp(2): a code far from all others can't make a step's explode.

    Args:
        numbers: float `[..., 2 N]`.

    Returns:
        Two tensors `[..., N]`.

    Example:
        >>> shift, log_scale = shift_and_log_scale(ops.convert_to_tensor([3.0, 100.0]))
        >>> float(shift[0]), float(log_scale[0])
        (3.0, 2.0)
    """
    shift, raw = ops.split(numbers, 2, axis=-1)
    return shift, 2 * ops.tanh(raw / 2)


def partings(size, steps):
    """For each coupling the order of dimensions that puts those that stay first, and how many these are.

    Steps 2 i and 2 i + 1 part the dimensions by bit i of their number, with the roles exchanged; after the last bit
    comes the first again. Any two dimensions are parted by one of the bits.

    Args:
        size: how many dimensions, D.
        steps: how many couplings.

    Raises:
        InputError: there is a single dimension, which has no other to go by.

    Example:
        >>> [(order.tolist(), stay) for order, stay in partings(3, 2)]
        [([0, 2, 1], 2), ([1, 0, 2], 1)]
    """
    if size < 2:
        raise InputError(
            "latent_dim is 1, but a coupling needs 2 at least. For one dimension take a Mixture for a prior, or a "
            "Gaussian for a posterior."
        )
    return [_parted(size, step) for step in range(steps)]


def _parted(size, step):
    bit = step // 2 % (size - 1).bit_length()
    moves = np.arange(size) >> bit & 1 ^ step & 1
    return np.argsort(moves, kind="stable").astype("int32"), int(size - moves.sum())
