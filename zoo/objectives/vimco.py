"""The importance-weighted bound for draws without a gradient: variational inference for Monte Carlo objectives."""

import keras
from keras import ops

from zoo.numerics.counts import check_count
from zoo.numerics.stable import log_mean_exp
from zoo.objectives.bound import Bound, bounds


@bounds(Bound.EACH_IMAGE)
@keras.saving.register_keras_serializable(__name__)
def vimco(vae, x, training=False, num_samples=5):
    """A lower bound on log p(x): L = log 1/k sum_i w_i, w_i = p(x, z_i) / q(z_i|x), z_1 .. z_k ~ q(z|x).

        gradient:  grad_w L + sum_i (L - L_i) grad log q(z_i|x)

    The first term takes the z_i for constants. L_i is L with w_i replaced by the geometric mean of the others: what can
    be said of sample i without looking at it. So the gradient has no bias, and each sample answers for its own share.

    In training a `WarmUp` callback's weight multiplies log p(z) - log q(z|x).

    Args:
        vae: a model with `log_densities`, whose posterior isn't reparameterized.
        x: images, `[B, height, width, channels]`.
        training: whether the networks are being trained: dropout and batch normalization go by it.
        num_samples: k, at least 2.

    Returns:
        The bound, `[B]`, in nats, and the `LogDensities` that it was made of.

    Raises:
        InputError: k isn't an integer of at least 2.

    References:
        Mnih and Rezende 2016, "Variational Inference for Monte Carlo Objectives", equations 8 to 10.
    """
    check_count("num_samples", num_samples, least=2)
    densities = vae.log_densities(x, num_samples, training=training)
    log_weight = densities.annealed_log_weight
    bound = log_mean_exp(log_weight, axis=0)
    signal = ops.stop_gradient(bound - log_mean_exp(_without_each(log_weight), axis=1))
    score = ops.sum(signal * densities.posterior, axis=0)
    # The score's part has a gradient, and no value.
    return bound + score - ops.stop_gradient(score), densities


vimco.reparameterized = False


def _without_each(log_weight):
    """The log weights, `[k, B]`, with the i-th replaced by the mean of the others: `[k, k, B]`, i first."""
    count = log_weight.shape[0]
    others = (ops.sum(log_weight, axis=0) - log_weight) / (count - 1)
    own = ops.eye(count)[:, :, None]
    return own * others[:, None] + (1 - own) * log_weight[None]
