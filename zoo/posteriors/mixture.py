"""The posterior that is a mixture of posteriors, trained whole."""

from keras import ops

from zoo.distributions.mixed import Mixed
from zoo.errors import InputError
from zoo.part import build_once
from zoo.posteriors.posterior import Posterior


class Mixture(Posterior):
    """q(z|x) = 1/K sum_k q_k(z|x), of posteriors with a density each, which have networks of their own.

    log_q is the mixture's density, so that the components share the posterior among them: where one is, no other is
    needed. The weights are equal. A bound of one drawn component at a time (`elbo`, `iwae`) has the right gradient;
    `miselbo` and `siwae` draw each of them, and have less noise.

    Args:
        components: the posteriors, K of one kind, of the same `latent_dim`.

    Returns (of a call on x):
        A `zoo.distributions.mixed.Mixed`, of batch shape `[B]` and event shape `[D]`; of one component its own.

    Raises:
        InputError: there are no components, or they differ in kind or in `latent_dim`, or one is without a density.

    Example:
        >>> from zoo.networks.mlp import mlp_encoder
        >>> from zoo.posteriors.gaussian import Gaussian
        >>> posterior = Mixture([Gaussian(mlp_encoder((8, 8, 1)), latent_dim=2) for _ in range(3)])
        >>> tuple(posterior(ops.zeros([5, 8, 8, 1])).log_prob(ops.zeros([5, 2])).shape)
        (5,)

    References:
        Kviman et al. 2022, "Multiple Importance Sampling ELBO and Deep Ensembles of Variational Approximations";
        Kviman et al. 2023, "Cooperation in the Latent Space: The Benefits of Adding Mixture Components in Variational
        Autoencoders".
    """

    def __init__(self, components, **kwargs):
        super().__init__(**kwargs)
        if not components:
            raise InputError("components has no posterior in it: give one at least.")
        kinds = {(type(each).__name__, each.latent_dim) for each in components}
        if len(kinds) > 1:
            raise InputError(f"components are {sorted(kinds)}, but must be of one kind and of one latent_dim.")
        for each in components:
            check_component(each, "components")
        self.components = list(components)
        self.latent_dim = components[0].latent_dim

    def build(self, input_shape):
        for each in self.components:
            build_once(each, input_shape)
        self.built = True

    def statistics(self, x, training=None):
        return tuple(s for each in self.components for s in each.statistics(x, training=training))

    def given(self, statistics, log_joint=None):
        count = len(self.components)
        size = len(statistics) // count
        each = [q.given(statistics[k * size : (k + 1) * size], log_joint) for k, q in enumerate(self.components)]
        return each[0] if count == 1 else Mixed(-ops.log(ops.full([count], float(count))), each)


def check_component(posterior, name, frozen=False):
    """Raises `InputError` where a posterior can't be a component of a mixture.

    Args:
        posterior: a `Posterior`.
        name: of the argument that it was given as.
        frozen: whether it isn't trained: it may then be a mixture whose weights have been.
    """
    weights = posterior.trains_weights and not frozen
    if not posterior.reparameterized or posterior.takes_labels or posterior.reads_prior or weights:
        raise InputError(
            f"{name} has a {type(posterior).__name__}, but a mixture is made of posteriors over R^D without labels, "
            "the prior's features or weights to train: Gaussian or IAF, say."
        )
