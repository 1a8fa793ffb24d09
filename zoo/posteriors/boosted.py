"""The posterior that grows: a mixture that takes over another posterior as it is and adds a component to it."""

import math

from keras import ops

from zoo.distributions.mixed import Mixed
from zoo.errors import InputError
from zoo.numerics.stable import log_sigmoid
from zoo.part import build_once
from zoo.posteriors.mixture import check_component
from zoo.posteriors.posterior import Posterior


class Boosted(Posterior):
    """q(z|x) = (1 - w) q_old(z|x) + w q_new(z|x), where q_old is frozen, and q_new and w are trained.

    w = sigmoid(r) is one number. q_old may be a `Boosted` itself: that is how a mixture grows a component at a time,
    each of which goes where the others aren't. `zoo.fitting.boost` makes the next model of a trained one. The weight
    has no gradient where a component is drawn, so the objective has to sum over them, as `miselbo` does.

    Args:
        previous: the posterior q_old, which is frozen from now on.
        component: the posterior q_new, with networks of its own.
        weight: what w begins at.

    Returns (of a call on x):
        A `zoo.distributions.mixed.Mixed`, of batch shape `[B]` and event shape `[D]`.

    Raises:
        InputError: the two differ in `latent_dim`, one is without a density over R^D, or the weight isn't between 0
            and 1.

    Example:
        >>> from zoo.networks.mlp import mlp_encoder
        >>> from zoo.posteriors.gaussian import Gaussian
        >>> old, new = (Gaussian(mlp_encoder((8, 8, 1)), latent_dim=2) for _ in range(2))
        >>> posterior = Boosted(old, new)
        >>> tuple(posterior(ops.zeros([5, 8, 8, 1])).log_prob(ops.zeros([5, 2])).shape)
        (5,)

    References:
        Guo et al. 2016, "Boosting Variational Inference"; Miller et al. 2017, "Variational Boosting: Iteratively
        Refining Posterior Approximations".
    """

    trains_weights = True

    def __init__(self, previous, component, weight=0.5, **kwargs):
        super().__init__(**kwargs)
        if previous.latent_dim != component.latent_dim:
            raise InputError(
                f"previous has latent_dim {previous.latent_dim} and component {component.latent_dim}: give both the "
                "same."
            )
        check_component(previous, "previous", frozen=True)
        check_component(component, "component")
        if not 0 < weight < 1:
            raise InputError(f"weight is {weight!r}, but must be between 0 and 1.")
        previous.trainable = False
        self.previous, self.component, self.weight = previous, component, weight
        self.latent_dim = previous.latent_dim

    def build(self, input_shape):
        build_once(self.previous, input_shape)
        build_once(self.component, input_shape)
        start = math.log(self.weight / (1 - self.weight))
        self.raw_weight = self.add_weight(
            shape=(), initializer=lambda shape, dtype: ops.full(shape, start, dtype), name="raw_weight"
        )
        self.of_previous = len(self.previous.statistics(ops.zeros((1, *input_shape[1:]))))
        self.built = True

    def statistics(self, x, training=None):
        # What is frozen is so in all: no batch moves its averages.
        return (*self.previous.statistics(x, training=False), *self.component.statistics(x, training=training))

    def given(self, statistics, log_joint=None):
        old, new = statistics[: self.of_previous], statistics[self.of_previous :]
        raw = ops.convert_to_tensor(self.raw_weight)
        log_weights = ops.stack([log_sigmoid(-raw), log_sigmoid(raw)])
        return Mixed(log_weights, [self.previous.given(old, log_joint), self.component.given(new, log_joint)])
