"""Kullback-Leibler divergences that have a closed form."""

from zoo.probability import tfd


def kl_per_dimension(q, p):
    """KL(q(z_d|x) || p(z_d)) for each dimension, where both distributions are independent across dimensions.

    Args:
        q: a distribution over z, batch shape `[B]`, event shape `[D]`.
        p: a distribution over z, event shape `[D]`.

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
