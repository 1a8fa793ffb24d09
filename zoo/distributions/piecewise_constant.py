"""A density on [0, 1] for each dimension that is constant on each of some pieces."""

import math

import numpy as np
from keras import ops

from zoo.numerics.divergence import kl_per_dimension
from zoo.random import center, draw, from_uniform, uniform

#: How much of a dimension's mass is spread evenly: no piece has so little that a draw in it has no digits.
EVEN = 1e-4


class PiecewiseConstant:
    """p(z) = prod_d n m_di where z_d is in the i-th of n equal pieces of [0, 1], and 0 outside.

        m = (1 - 1e-4) softmax(l) + 1e-4 / n

    A draw is the inverse of the cumulative distribution at a uniform, which has a gradient by m: within its piece, and
    from there to the next.

    Args:
        logits: l, float `[..., D, n]`.

    Example:
        >>> p = PiecewiseConstant(ops.log(ops.convert_to_tensor([[0.1, 0.9]])))
        >>> [round(math.exp(float(p.log_prob([z]))), 2) for z in (0.2, 0.7)]
        [0.2, 1.8]

    References:
        Serban et al. 2016, "Piecewise Latent Variables for Neural Variational Text Processing", section 4.
    """

    def __init__(self, logits):
        self.pieces = logits.shape[-1]
        #: The mass of each piece, `[..., D, n]`.
        self.masses = (1 - EVEN) * ops.softmax(ops.cast(logits, "float32")) + EVEN / self.pieces

    def log_prob(self, z):
        """log p(z), `[...]`, in nats, at z `[..., D]`."""
        z = ops.convert_to_tensor(z, "float32")
        piece = ops.cast(ops.clip(ops.floor(z * self.pieces), 0, self.pieces - 1), "int32")
        mass = ops.sum(ops.one_hot(piece, self.pieces, dtype="float32") * self.masses, axis=-1)
        inside = ops.logical_and(z >= 0, z <= 1)
        return ops.sum(ops.where(inside, ops.log(mass) + math.log(self.pieces), -float("inf")), axis=-1)


@from_uniform.register(PiecewiseConstant)
def _(distribution, u):
    masses, pieces = distribution.masses, distribution.pieces
    ends = ops.cumsum(masses, axis=-1)
    above = ops.cast(ops.expand_dims(u, -1) > ends[..., :-1], "float32")
    piece = ops.sum(above, axis=-1)
    ones = ops.ones_like(above[..., :1])
    at = ops.concatenate([ones, above], axis=-1) - ops.concatenate([above, 0 * ones], axis=-1)
    mass, end = ops.sum(at * masses, axis=-1), ops.sum(at * ends, axis=-1)
    # As far from the piece's ends as rounding needs: a draw is of the piece that it came from.
    margin = pieces * 4e-7
    return (piece + ops.clip(1 - (end - u) / mass, margin, 1 - margin)) / pieces


@draw.register(PiecewiseConstant)
def _(distribution, key, shape=()):
    return from_uniform(distribution, uniform(key, (*shape, *ops.shape(distribution.masses)[:-1])))


@center.register(PiecewiseConstant)
def _(distribution):
    """The mean."""
    middles = (np.arange(distribution.pieces, dtype="float32") + 0.5) / distribution.pieces
    return ops.sum(distribution.masses * middles, axis=-1)


@kl_per_dimension.register(PiecewiseConstant)
def _(q, p, z=None):
    """sum_i q_di log (q_di / p_di), `[..., D]`, where both have the same pieces."""
    if not isinstance(p, PiecewiseConstant) or p.pieces != q.pieces:
        return None
    return ops.sum(q.masses * (ops.log(q.masses) - ops.log(p.masses)), axis=-1)
