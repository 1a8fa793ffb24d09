"""The variational Renyi bound."""

import math

import keras
from keras import ops

from zoo.errors import InputError
from zoo.numerics.counts import check_count
from zoo.numerics.stable import log_mean_exp
from zoo.objectives.bound import Bound, bounds

#: So near to 1 float32's rounding weighs more than what alpha changes.
NEAR = 1e-4


@bounds(Bound.EACH_IMAGE)
@keras.saving.register_keras_serializable(__name__)
def renyi(vae, x, training=False, alpha=0.5, num_samples=5):
    """1/(1 - alpha) log 1/k sum_i w_i^(1 - alpha), w_i = p(x, z_i) / q(z_i|x): a lower bound for alpha >= 0.

    alpha = 1 is the ELBO, alpha = 0 the bound of `iwae`, and k = 1 the ELBO whatever alpha is. As k grows its mean goes
    from the ELBO to

        L_alpha = log p(x) - D_alpha(q(z|x) || p(z|x)),

    with Renyi's divergence, which grows with alpha: up for alpha < 1, and down for alpha > 1. So for alpha >= 0 it is a
    lower bound on log p(x) for any k, though a biased estimate of L_alpha. For alpha < 0 L_alpha is an upper bound, and
    the mean for k draws lies anywhere between the ELBO and it: no bound on either side.

    In training a `WarmUp` callback's weight multiplies log p(z) - log q(z|x).

    Args:
        vae: a model with `log_densities`.
        x: images, `[B, height, width, channels]`.
        training: whether the networks are being trained: dropout and batch normalization go by it.
        alpha: any finite number; within 1e-4 of 1 it counts as 1.
        num_samples: k.

    Returns:
        The objective, `[B]`, in nats, and the `LogDensities` that it was made of.

    Raises:
        InputError: alpha isn't finite, or k isn't a positive integer.

    References:
        Li and Turner 2016, "Renyi Divergence Variational Inference".
    """
    check_count("num_samples", num_samples)
    if not math.isfinite(alpha):
        raise InputError(f"alpha is {alpha!r}, but must be a finite number: 0 is iwae, and 1 the ELBO.")
    densities = vae.log_densities(x, num_samples, training=training)
    log_weight = densities.annealed_log_weight
    mean = ops.mean(log_weight, axis=0)
    if abs(1 - alpha) < NEAR:
        return mean, densities
    # Of the distance from the mean: the logarithm of a sum has the digits of what is summed.
    return mean + log_mean_exp((1 - alpha) * (log_weight - mean), axis=0) / (1 - alpha), densities
