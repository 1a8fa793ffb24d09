"""The importance-weighted bound by its doubly reparameterized gradient."""

import keras
from keras import ops

from zoo.numerics.counts import check_count
from zoo.numerics.stable import log_mean_exp, shares
from zoo.numerics.surrogate import with_gradient_of
from zoo.objectives.bound import Bound, bounds


@bounds(Bound.EACH_IMAGE)
@keras.saving.register_keras_serializable(__name__)
def dreg(vae, x, training=False, num_samples=5):
    """A lower bound on log p(x): E[log 1/k sum_i w_i], w_i = p(x, z_i) / q(z_i|x), as `iwae`.

        gradient:  sum_i W_i grad_theta log p(x, z_i) + sum_i W_i^2 (d log w_i / d z_i) grad_phi z_i,
                   W_i = w_i / sum_j w_j

    The decoder's is that of `iwae`, the encoder's another one of the same mean: grad_phi log q(z_i|x) at a fixed z_i,
    times W_i, is reparameterized once more, and has become a part of the square. There is less noise in it. The more
    samples, the better it tells the way, whereas that of `iwae` drowns; where q is the exact posterior it is 0 for each
    draw. It takes a second pass of the decoder.

    In training a `WarmUp` callback's weight b multiplies log p(z) - log q(z|x); W_i^2 is W_i (1 - b + b W_i) then.

    Args:
        vae: a model with `log_densities` and `log_joint`, whose posterior has a density.
        x: images, `[B, height, width, channels]`.
        training: whether the networks are being trained: dropout and batch normalization go by it.
        num_samples: k.

    Returns:
        The bound, `[B]`, in nats, and the `LogDensities` that it was made of.

    Raises:
        InputError: k isn't a positive integer; or in training the posterior has no density.

    References:
        Tucker et al. 2019, "Doubly Reparameterized Gradient Estimators for Monte Carlo Objectives".
    """
    check_count("num_samples", num_samples)
    densities = vae.log_densities(x, num_samples, training=training)
    bound = log_mean_exp(densities.annealed_log_weight, axis=0)
    if not training:
        return bound, densities
    share, weight = ops.stop_gradient(shares(densities.annealed_log_weight)), densities.kl_weight
    # What of each draw's slope counts, beside its share: 1 where k is 1.
    part = 1 - weight + weight * share
    at = ops.stop_gradient(densities.z)
    log_likelihood, log_prior = vae.log_joint(x, at + part[..., None] * (densities.z - at), training=training)
    log_q = part * densities.posterior_through_z()
    surrogate = ops.sum(share * (log_likelihood + weight * (log_prior - log_q)), axis=0)
    return with_gradient_of(surrogate, bound), densities
