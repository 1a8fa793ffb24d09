"""The bound of a mixture posterior, with draws of each component: multiple importance sampling."""

import keras
from keras import ops

from zoo.numerics.counts import check_count
from zoo.numerics.stable import log_mean_exp
from zoo.objectives.bound import Bound, bounds


@bounds(Bound.EACH_IMAGE)
@keras.saving.register_keras_serializable(__name__)
def miselbo(vae, x, training=False, num_samples=1):
    """A lower bound on log p(x): sum_k w_k E[log 1/T sum_t p(x, z_kt) / q(z_kt|x)], z_k1 .. z_kT ~ q_k(z|x).

    q = sum_k w_k q_k is the whole mixture's density. With T = 1 this is its ELBO, with all components drawn, which
    takes away the noise of the choice and gives w a gradient. Of a posterior that is no mixture it is `iwae`.

    In training a `WarmUp` callback's weight multiplies log p(z) - log q(z|x).

    Args:
        vae: a model with `log_densities`.
        x: images, `[B, height, width, channels]`.
        training: whether the networks are being trained: dropout and batch normalization go by it.
        num_samples: draws of each component, T.

    Returns:
        The bound, `[B]`, in nats, and the `LogDensities` that it was made of: means over the components.

    Raises:
        InputError: T isn't a positive integer.

    References:
        Kviman et al. 2022, "Multiple Importance Sampling ELBO and Deep Ensembles of Variational Approximations".
    """
    check_count("num_samples", num_samples)
    each = vae.log_densities(x, num_samples, training=training, of_each_component=True)
    log_weight = each.annealed_log_weight  # [T, K, B]
    bound = ops.sum(each.weights * log_mean_exp(log_weight, axis=0), axis=0)
    return bound, over_components(each)


#: The weights of a mixture's components have a gradient.
miselbo.sums_components = True


def over_components(each):
    """The `LogDensities` of each component's draws, averaged over the components by their weights: `[T, B]`."""
    weights = each.weights
    return each._replace(
        likelihood=ops.sum(weights * each.likelihood, axis=1),
        prior=ops.sum(weights * each.prior, axis=1),
        posterior=ops.sum(weights * each.posterior, axis=1),
        z=ops.sum(weights[..., None] * each.z, axis=1),
    )
