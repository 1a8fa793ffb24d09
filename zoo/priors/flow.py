"""A prior made by affine couplings."""

import itertools

import keras
import numpy as np
from keras import ops

from zoo.errors import InputError
from zoo.networks.shapes import check_sizes
from zoo.numerics.stable import softplus
from zoo.part import Composed
from zoo.priors.prior import Prior
from zoo.probability import tfb, tfd


class Flow(Prior):
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
        super().__init__(**kwargs)
        self.latent_dim, self.steps = check_sizes("latent_dim", (latent_dim,)) + check_sizes("steps", (steps,))
        if self.latent_dim < 2:
            raise InputError("latent_dim is 1, but a coupling needs 2 at least. For one dimension take a Mixture.")
        self.orders = [_parted(self.latent_dim, step) for step in range(self.steps)]
        self.couplings = [
            Coupling(self.latent_dim - stay, units, name=f"coupling_{step}")
            for step, (_, stay) in enumerate(self.orders)
        ]

    def build(self, input_shape=None):
        for (_, stay), coupling in zip(self.orders, self.couplings, strict=True):
            coupling.build((None, stay))
        self.loc = self.add_weight(shape=(self.latent_dim,), initializer="zeros", name="loc")
        # softplus(0.5413) = 1.
        self.raw_scale = self.add_weight(
            shape=(self.latent_dim,), initializer=keras.initializers.Constant(0.5413248), name="raw_scale"
        )
        self.built = True

    def call(self, inputs=None):
        chain = []
        for (order, stay), coupling in zip(self.orders, self.couplings, strict=True):
            step = tfb.RealNVP(num_masked=stay, shift_and_log_scale_fn=lambda u, _, coupling=coupling: coupling(u))
            chain += [tfb.Permute(order), step, tfb.Permute(np.argsort(order).astype("int32"))]
        loc, raw_scale = ops.convert_to_tensor(self.loc), ops.convert_to_tensor(self.raw_scale)
        # Not tfb.Scale, whose log determinant TFLite gets wrong.
        chain += [tfb.ScaleMatvecDiag(softplus(raw_scale)), tfb.Shift(loc)]
        zeros = ops.zeros([self.latent_dim])
        base = tfd.Independent(tfd.Normal(zeros, ops.ones_like(zeros)), 1)
        # tfb.Chain applies its last bijector first.
        return tfd.TransformedDistribution(base, tfb.Chain(chain[::-1]))


def _parted(size, step):
    """The dimensions in the order that puts those that stay in a step first, and how many these are."""
    bit = step // 2 % (size - 1).bit_length()
    moves = np.arange(size) >> bit & 1 ^ step & 1
    return np.argsort(moves, kind="stable").astype("int32"), int(size - moves.sum())


class Coupling(Composed, keras.layers.Layer):
    """A coupling step's network: from the dimensions that stay, a shift and a log scale for the others.

    Args:
        moving: how many the others are.
        units: the width of each hidden layer.

    Example:
        >>> shift, log_scale = Coupling(moving=3, units=(8,))(ops.ones([5, 2]))
        >>> tuple(shift.shape), float(ops.max(log_scale))
        ((5, 3), 0.0)
    """

    def __init__(self, moving, units=(64, 64), **kwargs):
        super().__init__(**kwargs)
        self.moving, self.units = moving, check_sizes("units", units)

    def build(self, input_shape):
        sizes = (input_shape[-1], *self.units, 2 * self.moving)
        self.kernels, self.biases = [], []
        for index, shape in enumerate(itertools.pairwise(sizes)):
            initializer = "glorot_uniform" if index < len(self.units) else "zeros"
            self.kernels.append(self.add_weight(shape=shape, initializer=initializer, name=f"kernel_{index}"))
            self.biases.append(self.add_weight(shape=shape[1:], initializer="zeros", name=f"bias_{index}"))
        self.built = True

    def call(self, u):
        for index, (kernel, bias) in enumerate(zip(self.kernels, self.biases, strict=True)):
            u = ops.matmul(ops.elu(u) if index else u, kernel) + bias
        shift, raw = ops.split(ops.cast(u, "float32"), 2, axis=-1)
        # A scale within exp(-2) and exp(2): a code far from all others can't make a step's explode.
        return shift, 2 * ops.tanh(raw / 2)
