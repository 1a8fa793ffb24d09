"""The base of posteriors that ask an expert of each view, and do without those whose views are missing."""

from abc import abstractmethod

import keras
from keras import ops

from zoo.distributions.diagonal_normal import diagonal_normal
from zoo.distributions.mixed import Mixed
from zoo.errors import InputError
from zoo.networks.shapes import check_sizes
from zoo.observed import filled, is_missing, views_of
from zoo.part import build_once
from zoo.posteriors.posterior import Posterior
from zoo.probability import tfd

# Less than any log density, and a number yet.
NEVER = -1e30


class Experts(Posterior):
    """q(z|x) of q_v(z|x_v) = N(z; loc_v(x_v), diag(scale_v(x_v)^2)), one for each view, of an encoder of its own.

    A view that is missing, NaN, has no expert: what is said without it is what is said where it never was. Where none
    is there q(z|x) is N(0, I), the prior.

    Args:
        encoders: a network of each view, `[B, ...]` to `[B, features]`.
        latent_dim: the size D of z.
        sizes: how much of the axis each view takes.
        axis: -3 for views one below the other, -2 for the left and the right, -1 for channels, or pieces of a vector.

    Raises:
        InputError: `latent_dim` or a size isn't a positive integer, or there are fewer than two views, or more
            encoders than sizes, or fewer.

    Example:
        >>> from zoo.networks.mlp import mlp_encoder
        >>> from zoo.posteriors.mixture_of_experts import MixtureOfExperts
        >>> halves = [mlp_encoder((8, 4, 1)), mlp_encoder((8, 4, 1))]
        >>> posterior = MixtureOfExperts(halves, latent_dim=2, sizes=(4, 4))
        >>> [tuple(each.shape) for each in posterior.statistics(ops.zeros([3, 8, 8, 1]))]
        [(3, 4), (3, 4), (3, 2)]
    """

    takes_missing = True

    def __init__(self, encoders, latent_dim, sizes, axis=-2, **kwargs):
        super().__init__(**kwargs)
        (self.latent_dim,) = check_sizes("latent_dim", (latent_dim,))
        self.sizes, self.axis = check_sizes("sizes", sizes), axis
        if len(encoders) != len(self.sizes) or len(encoders) < 2:
            raise InputError(
                f"encoders has {len(encoders)} and sizes {len(self.sizes)}: give one of each for a view, 2 at least."
            )
        self.encoders = list(encoders)
        self.heads = [keras.layers.Dense(2 * latent_dim, name=f"loc_and_scale_{n}") for n in range(len(encoders))]

    def build(self, input_shape):
        for encoder, head, size in zip(self.encoders, self.heads, self.sizes, strict=True):
            shape = list(input_shape)
            shape[self.axis] = size
            build_once(encoder, tuple(shape))
            head.build(encoder.compute_output_shape(tuple(shape)))
        self.built = True

    def statistics(self, x, training=None):
        """Each expert's parameters, `[B, 2 D]`, and which views are there, 1 or 0, `[B, views]`."""
        views = views_of(ops.convert_to_tensor(x), self.sizes, self.axis)
        there = [1.0 - ops.cast(is_missing(view, len(view.shape) - 1), "float32") for view in views]
        each = zip(self.encoders, self.heads, views, strict=True)
        said = [head(encoder(filled(view), training=training)) for encoder, head, view in each]
        return (*said, ops.stack(there, axis=-1))

    @abstractmethod
    def given(self, statistics, log_joint=None):
        """The distribution that the experts make together, `(parameters ..., there)`: as of `Posterior`."""


def product(statistics, with_prior, members=None):
    """The product of experts that are there: N(z; m, diag(s^2)), 1/s^2 = sum_v 1/s_v^2, m = s^2 sum_v loc_v/s_v^2.

    Args:
        statistics: of `Experts`.
        with_prior: whether N(0, I) is an expert too; without any it is N(0, I).
        members: the numbers of the experts that are asked; None for all.

    Returns:
        `tfd.Independent(tfd.Normal)`, of batch shape `[B]` and event shape `[D]`.
    """
    *said, there = statistics
    members = range(len(said)) if members is None else members
    experts = [diagonal_normal(said[v]).distribution for v in members]
    # It is known, and nothing that is learned.
    there = ops.cast(ops.stack([there[:, v] for v in members]) > 0.5, "float32")[..., None]
    counts = [(expert.loc, there[number] / expert.scale**2) for number, expert in enumerate(experts)]
    precision = sum(weight for _, weight in counts) + (1.0 if with_prior else 1.0 - ops.max(there, axis=0))
    loc = sum(weight * loc for loc, weight in counts) / precision
    # Of a precision of 1 a scale of exactly 1: the prior's KL from itself is 0.
    return tfd.Independent(tfd.Normal(loc, ops.sqrt(1 / precision)), 1)


def mixture(statistics, groups):
    """The even mixture of products of experts, one for each group whose views are all there.

    Args:
        statistics: of `Experts`.
        groups: tuples of the numbers of experts.

    Returns:
        A `Mixed`, of batch shape `[B]` and event shape `[D]`, with weights for each of the batch. Where no view is
        there all groups say N(0, I).
    """
    there = ops.cast(statistics[-1] > 0.5, "float32")
    whole = ops.stack([ops.min(ops.stack([there[:, v] for v in group]), axis=0) for group in groups], axis=-1)
    count = ops.sum(whole, axis=-1, keepdims=True)
    whole = ops.where(count > 0, whole, 1.0)
    log_weights = ops.where(whole > 0, -ops.log(ops.sum(whole, axis=-1, keepdims=True)), NEVER)
    return Mixed(log_weights, [product(statistics, with_prior=False, members=group) for group in groups])
