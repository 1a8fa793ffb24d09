"""The posterior that is the even mixture of an expert for each view."""

from zoo.posteriors.experts import Experts, mixture


class MixtureOfExperts(Experts):
    """q(z|x) = 1/V sum_v q_v(z|x_v), over the V views that are there.

    Each expert has to know by itself all that is in z, or be as wide as what it doesn't know. `miselbo`, the paper's
    bound, draws of each of them.

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
        >>> posterior = MixtureOfExperts(halves, latent_dim=2, sizes=(4, 4))
        >>> q = posterior(ops.full([3, 8, 8, 1], float("nan")))
        >>> round(float(q.log_prob(ops.zeros([3, 2]))[0]), 4)
        -1.8379

    References:
        Shi et al. 2019, "Variational Mixture-of-Experts Autoencoders for Multi-Modal Deep Generative Models".
    """

    def given(self, statistics, log_joint=None):
        return mixture(statistics, [(view,) for view in range(len(self.sizes))])
