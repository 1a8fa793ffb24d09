"""The importance-weighted bound for the decoder, and the mean of several for the encoder."""

import keras
from keras import ops

from zoo.numerics.counts import check_count
from zoo.numerics.stable import log_mean_exp, shares
from zoo.numerics.surrogate import with_gradient_of
from zoo.objectives.bound import Bound, bounds
from zoo.objectives.miwae import mean_of_groups


@bounds(Bound.EACH_IMAGE)
@keras.saving.register_keras_serializable(__name__)
def piwae(vae, x, training=False, groups=5, num_samples=5):
    """A lower bound on log p(x): L_(M k) = log 1/(M k) sum_(m,i) w_(m,i), as `iwae`; by the gradients of two bounds.

        gradient:  theta's, the prior's and the decoder's weights', is that of iwae of all M k draws;
                   phi's, the posterior's weights', is that of miwae of M groups of k of the same draws

    Each has no bias as a gradient of its own bound. Together they are no function's gradient. Where a weight belongs to
    both, to prior and posterior of one top-down network, each use of it has its own. M = 1 is `iwae`. It takes a second
    pass of the decoder.

    In training a `WarmUp` callback's weight multiplies log p(z) - log q(z|x).

    Args:
        vae: a model with `log_densities` and `log_joint`.
        x: images, `[B, height, width, channels]`.
        training: whether the networks are being trained: dropout and batch normalization go by it.
        groups: M.
        num_samples: k, the draws of each group.

    Returns:
        The bound L_(M k), `[B]`, in nats, and the `LogDensities` that it was made of, `[M k, B]`.

    Raises:
        InputError: M or k isn't a positive integer.

    References:
        Rainforth et al. 2018, "Tighter Variational Bounds are Not Necessarily Better".
    """
    check_count("groups", groups)
    check_count("num_samples", num_samples)
    densities = vae.log_densities(x, groups * num_samples, training=training)
    log_weight = densities.annealed_log_weight
    bound = log_mean_exp(log_weight, axis=0)
    if not training:
        return bound, densities
    # Of constant z, log p(x, z) has theta's gradient alone: what the decoder's bound has more of it than the encoder's.
    log_likelihood, log_prior = vae.log_joint(x, ops.stop_gradient(densities.z), training=training)
    more = ops.stop_gradient(shares(log_weight) - _shares_in_groups(log_weight, groups))
    surrogate = mean_of_groups(log_weight, groups)
    surrogate = surrogate + ops.sum(more * (log_likelihood + densities.kl_weight * log_prior), axis=0)
    return with_gradient_of(surrogate, bound), densities


def _shares_in_groups(log_weight, groups):
    """Each draw's share in the mean of the groups' bounds, `[M k, B]`: of each group they are 1/M."""
    # [M k, B] -> [M, k, B]
    grouped = ops.reshape(log_weight, (groups, log_weight.shape[0] // groups, -1))
    return ops.reshape(shares(grouped, axis=1) / groups, ops.shape(log_weight))
