"""The posterior that is the product of an expert for each view and of the prior."""

from zoo.posteriors.experts import Experts, product


class ProductOfExperts(Experts):
    """q(z|x) = N(z; 0, I) prod_v q_v(z|x_v) / c, over the views that are there: a diagonal Gaussian.

        1/s^2 = 1 + sum_v 1/scale_v^2,   loc = s^2 sum_v loc_v/scale_v^2

    Each expert makes it narrower, so that one that is sure overrules the others.

    Args:
        encoders, latent_dim, sizes, axis: as of `zoo.posteriors.experts.Experts`.

    Returns (of a call on x, NaN where a view is missing):
        `tfd.Independent(tfd.Normal)` with batch shape `[B]` and event shape `[D]`.

    Raises:
        InputError: as of `Experts`.

    Example:
        >>> from keras import ops
        >>> from zoo.networks.mlp import mlp_encoder
        >>> halves = [mlp_encoder((8, 4, 1)), mlp_encoder((8, 4, 1))]
        >>> posterior = ProductOfExperts(halves, latent_dim=2, sizes=(4, 4))
        >>> q = posterior(ops.full([3, 8, 8, 1], float("nan")))
        >>> round(float(q.log_prob(ops.zeros([3, 2]))[0]), 4)
        -1.8379

    References:
        Wu and Goodman 2018, "Multimodal Generative Models for Scalable Weakly-Supervised Learning".
    """

    def given(self, statistics, log_joint=None):
        return product(statistics, with_prior=True)
