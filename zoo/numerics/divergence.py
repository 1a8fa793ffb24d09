"""Kullback-Leibler divergences that have a closed form."""

import functools
import math

from keras import ops

from zoo.probability import tfd


@functools.singledispatch
def kl_per_dimension(q, p, z=None):
    """KL(q(z_d|x) || p(z_d)) for each dimension, where both distributions are independent across dimensions.

    A distribution of several layers registers a function of its own (`kl_per_dimension.register`): each layer's closed
    form, given the draws of the layers that it depends on, averaged over these.

    Args:
        q: a distribution over z, batch shape `[B]`, event shape `[D]`.
        p: a distribution over z, event shape `[D]`.
        z: draws of q, `[S, B, D]`, for what depends on them.

    Returns:
        float32 `[B, D]` in nats, or None where q and p aren't both `tfd.Independent`, or TFP has no closed form.

    Example:
        >>> q = tfd.Independent(tfd.Normal([[1.0, 0.0]], [[1.0, 1.0]]), 1)
        >>> p = tfd.Independent(tfd.Normal([0.0, 0.0], [1.0, 1.0]), 1)
        >>> [float(kl) for kl in kl_per_dimension(q, p)[0]]
        [0.5, 0.0]
    """
    if not (isinstance(q, tfd.Independent) and isinstance(p, tfd.Independent)):
        return None
    try:
        return tfd.kl_divergence(q.distribution, p.distribution)
    except NotImplementedError:
        return None


def kl_divergence(q, p, z, log_q):
    """KL(q(z|x) || p(z)): in closed form where there is one, else log q(z|x) - log p(z) at a draw.

    Args:
        q, p: as of `kl_per_dimension`.
        z: a draw of q for each, `[B, D]`.
        log_q: log q(z|x), `[B]`.

    Returns:
        float32 `[B]`, in nats.

    Example:
        >>> q = tfd.Independent(tfd.Normal([[1.0, 0.0]], [[1.0, 1.0]]), 1)
        >>> p = tfd.Independent(tfd.Normal([0.0, 0.0], [1.0, 1.0]), 1)
        >>> float(kl_divergence(q, p, z=None, log_q=None)[0])
        0.5
    """
    closed = kl_per_dimension(q, p, z)
    return log_q - p.log_prob(z) if closed is None else ops.sum(closed, axis=-1)


@tfd.RegisterKL(tfd.Normal, tfd.Laplace)
def _(q, p, name=None):
    """E|z - a| / b + log 2 b - 1/2 log(2 pi e s^2), E|z - a| = 2 s phi(r) + (m - a) (2 Phi(r) - 1), r = (m - a) / s."""
    # Beyond 10 deviations phi is 0 in float32, and 2 Phi - 1 is 1 or -1.
    r = ops.clip((q.loc - p.loc) / q.scale, -10.0, 10.0)
    density = ops.exp(-r * r / 2) / math.sqrt(2 * math.pi)
    distance = 2 * q.scale * density + (q.loc - p.loc) * ops.erf(r / math.sqrt(2))
    entropy = 0.5 * math.log(2 * math.pi * math.e) + ops.log(q.scale)
    return distance / p.scale + ops.log(2 * p.scale) - entropy
