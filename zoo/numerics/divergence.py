"""Kullback-Leibler divergences that have a closed form."""

import functools

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
