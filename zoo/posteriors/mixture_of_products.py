"""The posterior that is the even mixture of the products of all sets of experts."""

import itertools

from zoo.posteriors.experts import Experts, mixture


class MixtureOfProducts(Experts):
    """q(z|x) = 1/(2^V - 1) sum_S prod_(v in S) q_v(z|x_v) / c_S, over the sets S of the V views that are there.

    A set has one view at least. It is between the two others: single experts have to do, and all together may be sharp.
    Of many views there are too many sets.

    Args:
        encoders, latent_dim, sizes, axis: as of `zoo.posteriors.experts.Experts`.

    Returns (of a call on x, NaN where a view is missing):
        A `zoo.distributions.mixed.Mixed` with batch shape `[B]` and event shape `[D]`.

    Raises:
        InputError: as of `Experts`.

    Example:
        >>> from keras import ops
        >>> from zoo.networks.mlp import mlp_encoder
        >>> halves = [mlp_encoder((8, 4, 1)), mlp_encoder((8, 4, 1))]
        >>> posterior = MixtureOfProducts(halves, latent_dim=2, sizes=(4, 4))
        >>> q = posterior(ops.full([3, 8, 8, 1], float("nan")))
        >>> round(float(q.log_prob(ops.zeros([3, 2]))[0]), 4)
        -1.8379

    References:
        Sutter et al. 2021, "Generalized Multimodal ELBO".
    """

    def given(self, statistics, log_joint=None):
        views = range(len(self.sizes))
        groups = [group for size in views for group in itertools.combinations(views, size + 1)]
        return mixture(statistics, groups)
