"""A prior made by affine couplings."""

import itertools

import keras
import numpy as np
from keras import ops

from zoo.errors import InputError
from zoo.networks.shapes import check_sizes
from zoo.part import Composed
from zoo.priors.bent import Bent
from zoo.probability import tfb


class Flow(Bent):
    """N(0, I), bent by steps that each scale and shift one part of the dimensions as the other part says.

        u_0 ~ N(0, I);  in step t, the dimensions a stay and the others b become
        u_t[b] = u_(t-1)[b] * exp(s_t) + m_t,   [m_t, r_t] = network_t(u_(t-1)[a]),  s_t = 2 tanh(r_t / 2)
        z = loc + scale * u_T
        log p(z) = log N(u_0; 0, I) - sum_t sum_b s_t - sum_d log scale_d

    Drawing and the density are both a single pass. Steps 2 i and 2 i + 1 part the dimensions by bit i of their number,
    with the roles exchanged; after the last bit comes the first again. Any two dimensions are parted by one of the
    bits. The networks' last layers start at 0: the flow starts as N(0, I), if its steps aren't given other weights.

    Args:
        latent_dim: the size D of z, 2 at least.
        steps: how many couplings, T.
        units: the width of each hidden layer of each step's network.

    Returns (of a call):
        `tfd.TransformedDistribution` with event shape `[D]`, no batch shape.

    Raises:
        InputError: a size that isn't a positive integer, or a single dimension, which has no other to go by.

    Example:
        >>> prior = Flow(latent_dim=2)
        >>> round(float(prior().log_prob([0.0, 0.0])), 4)
        -1.8379

    References:
        Dinh et al. 2017, "Density Estimation Using Real NVP", section 3; Chen et al. 2017, "Variational Lossy
        Autoencoder", section 3.2, for a flow as the prior of a VAE.
    """

    def __init__(self, latent_dim, steps=8, units=(64, 64), **kwargs):
        super().__init__(latent_dim, steps, **kwargs)
        self.orders = orders(self.latent_dim, self.steps)
        self.couplings = [
            Coupling(2 * (self.latent_dim - stay), units, name=f"coupling_{step}")
            for step, (_, stay) in enumerate(self.orders)
        ]

    def build_networks(self):
        for (_, stay), coupling in zip(self.orders, self.couplings, strict=True):
            coupling.build((None, stay))

    def bend(self):
        chain = []
        for (order, stay), coupling in zip(self.orders, self.couplings, strict=True):
            step = tfb.RealNVP(
                num_masked=stay, shift_and_log_scale_fn=lambda u, _, coupling=coupling: shift_and_log_scale(coupling(u))
            )
            chain += [tfb.Permute(order), step, tfb.Permute(np.argsort(order).astype("int32"))]
        return chain


def shift_and_log_scale(numbers):
    """m and s = 2 tanh(r / 2) of [m, r].

    A scale is within exp(-2) and exp(2): a code far from all others can't make a step's explode.

    Args:
        numbers: float `[..., 2 N]`, of any precision.

    Returns:
        Two float32 `[..., N]`.

    Example:
        >>> shift, log_scale = shift_and_log_scale(ops.convert_to_tensor([3.0, 100.0]))
        >>> float(shift[0]), float(log_scale[0])
        (3.0, 2.0)
    """
    shift, raw = ops.split(ops.cast(numbers, "float32"), 2, axis=-1)
    return shift, 2 * ops.tanh(raw / 2)


def orders(size, steps):
    """For each coupling, the dimensions in the order that puts those that stay first, and how many these are.

    Raises:
        InputError: there is a single dimension.

    Example:
        >>> [(order.tolist(), stay) for order, stay in orders(3, steps=2)]
        [([0, 2, 1], 2), ([1, 0, 2], 1)]
    """
    if size < 2:
        raise InputError("latent_dim is 1, but a coupling needs 2 at least. For one dimension take a Mixture.")
    return [_parted(size, step) for step in range(steps)]


def _parted(size, step):
    """The dimensions in the order that puts those that stay in a step first, and how many these are."""
    bit = step // 2 % (size - 1).bit_length()
    moves = np.arange(size) >> bit & 1 ^ step & 1
    return np.argsort(moves, kind="stable").astype("int32"), int(size - moves.sum())


class Coupling(Composed, keras.layers.Layer):
    """A coupling step's network: from the dimensions that stay, the numbers by which the others move.

    Its last layer starts at 0.

    Args:
        numbers: how many.
        units: the width of each hidden layer.

    Example:
        >>> numbers = Coupling(6, units=(8,))(ops.ones([5, 2]))
        >>> tuple(numbers.shape), float(ops.max(numbers))
        ((5, 6), 0.0)
    """

    def __init__(self, numbers, units=(64, 64), **kwargs):
        super().__init__(**kwargs)
        self.numbers, self.units = numbers, check_sizes("units", units)

    def build(self, input_shape):
        sizes = (input_shape[-1], *self.units, self.numbers)
        self.kernels, self.biases = [], []
        for index, shape in enumerate(itertools.pairwise(sizes)):
            initializer = "glorot_uniform" if index < len(self.units) else "zeros"
            self.kernels.append(self.add_weight(shape=shape, initializer=initializer, name=f"kernel_{index}"))
            self.biases.append(self.add_weight(shape=shape[1:], initializer="zeros", name=f"bias_{index}"))
        self.built = True

    def call(self, u):
        for index, (kernel, bias) in enumerate(zip(self.kernels, self.biases, strict=True)):
            u = ops.matmul(ops.elu(u) if index else u, kernel) + bias
        return u
