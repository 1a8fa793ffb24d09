"""The importance-weighted bound."""

import keras
from keras import ops

from zoo.errors import InputError
from zoo.numerics.counts import check_count
from zoo.numerics.stable import log_mean_exp, shares
from zoo.numerics.surrogate import with_gradient_of
from zoo.objectives.bound import Bound, bounds
from zoo.random.resampling import systematic
from zoo.random.streams import stream


@bounds(Bound.EACH_IMAGE)
@keras.saving.register_keras_serializable(__name__)
def iwae(vae, x, training=False, num_samples=5, gradient_samples=None):
    """A lower bound on log p(x): E[log 1/k sum_i p(x, z_i) / q(z_i|x)], z_1 .. z_k ~ q(z|x).

    It grows with k towards log p(x); k = 1 is the ELBO. In training a `WarmUp` callback's weight multiplies
    log p(z) - log q(z|x).

    Its gradient is sum_i w_i grad log p(x, z_i) / q(z_i|x), w the weights made to sum to one. Most of them are nearly
    zero, so it can be had, without bias, from m samples chosen with probabilities w: k passes forward, but m backward.

    Args:
        vae: a model with `log_densities`.
        x: images, `[B, height, width, channels]`.
        training: whether the networks are being trained: dropout and batch normalization go by it.
        num_samples: k.
        gradient_samples: m; None for the gradient of all k.

    Returns:
        The bound, `[B]`, in nats, and the `LogDensities` that it was made of.

    Raises:
        InputError: k or m isn't a positive integer, or m is larger than k.

    References:
        Burda et al. 2016, "Importance Weighted Autoencoders", equations 8 and 14, and for the chosen samples section 3.
    """
    check_count("num_samples", num_samples)
    if gradient_samples is not None:
        check_count("gradient_samples", gradient_samples)
        if gradient_samples > num_samples:
            raise InputError(f"gradient_samples is {gradient_samples}, but must be at most num_samples, {num_samples}.")
    densities = vae.log_densities(x, num_samples, training=training)
    log_weight = densities.annealed_log_weight
    bound = log_mean_exp(log_weight, axis=0)
    if gradient_samples is None:
        return bound, densities
    key = stream(densities.key, "objective")
    chosen = systematic(shares(ops.stop_gradient(log_weight)), gradient_samples, key)
    z = ops.take_along_axis(densities.z, chosen[..., None], axis=0)
    log_q = ops.take_along_axis(densities.posterior, chosen, axis=0)
    log_likelihood, log_prior = vae.log_joint(x, z, training=training)
    sampled = ops.mean(log_likelihood + densities.kl_weight * (log_prior - log_q), axis=0)
    return with_gradient_of(sampled, bound), densities
