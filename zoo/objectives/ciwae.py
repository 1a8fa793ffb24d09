"""The ELBO and the importance-weighted bound, mixed."""

import keras
from keras import ops

from zoo.errors import InputError
from zoo.numerics.counts import check_count
from zoo.numerics.stable import log_mean_exp
from zoo.objectives.bound import Bound, bounds


@bounds(Bound.EACH_IMAGE)
@keras.saving.register_keras_serializable(__name__)
def ciwae(vae, x, training=False, beta=0.5, num_samples=5):
    """A lower bound on log p(x): beta 1/k sum_i log w_i + (1 - beta) log 1/k sum_i w_i, w_i = p(x, z_i) / q(z_i|x).

    beta = 1 is the ELBO, beta = 0 the bound of `iwae`, of the same draws. The ELBO tells the encoder which way to go,
    the tighter bound is what the decoder is after. In training a `WarmUp` callback's weight multiplies
    log p(z) - log q(z|x).

    Args:
        vae: a model with `log_densities`.
        x: images, `[B, height, width, channels]`.
        training: whether the networks are being trained: dropout and batch normalization go by it.
        beta: the ELBO's share, from 0 to 1.
        num_samples: k.

    Returns:
        The bound, `[B]`, in nats, and the `LogDensities` that it was made of.

    Raises:
        InputError: beta isn't in [0, 1], or k isn't a positive integer.

    References:
        Rainforth et al. 2018, "Tighter Variational Bounds are Not Necessarily Better".
    """
    check_count("num_samples", num_samples)
    if not 0 <= beta <= 1:
        raise InputError(f"beta is {beta!r}, but must be from 0, which is iwae, to 1, which is the ELBO.")
    densities = vae.log_densities(x, num_samples, training=training)
    log_weight = densities.annealed_log_weight
    return beta * ops.mean(log_weight, axis=0) + (1 - beta) * log_mean_exp(log_weight, axis=0), densities
