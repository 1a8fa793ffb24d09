"""The ELBO with a pull of all codes together to a covariance of I."""

import keras
from keras import ops

from zoo.numerics.counts import check_count, check_positive
from zoo.objectives.bound import Bound, bounds
from zoo.objectives.by_dimension import by_dimension


@bounds(Bound.EACH_IMAGE)
@keras.saving.register_keras_serializable(__name__)
def dip(vae, x, training=False, off_diagonal=10.0, diagonal=None, of_draws=False, num_samples=1):
    """ELBO - off_diagonal sum_{i != j} C_ij^2 - diagonal sum_i (C_ii - 1)^2: a lower bound on log p(x).

    C is a covariance of all codes, as the batch has it: of the means of q(z|x), C = Cov[loc(x)] (DIP-VAE-I), or of
    draws, C = Cov[loc(x)] + E diag(scale(x)^2) (DIP-VAE-II). What is taken away is never below 0, so this is at most
    the ELBO. In training a `WarmUp` callback's weight multiplies all but the first term of the ELBO.

    Args:
        vae: a model with `log_densities`, whose posterior has independent dimensions.
        x: images, `[B, height, width, channels]`.
        training: whether the networks are being trained: dropout and batch normalization go by it.
        off_diagonal: what squared covariances count for, lambda_od in the paper.
        diagonal: what variances other than 1 count for, lambda_d in the paper; None for what it has, 10 times
            `off_diagonal` for means and the same for draws.
        of_draws: whether the covariance is of draws, or of means.
        num_samples: draws of z for each image, S.

    Returns:
        The bound, `[B]`, in nats (its last terms are the batch's, the same for all), and the `LogDensities`.

    Raises:
        InputError: the posterior's dimensions aren't independent, or a weight isn't positive.

    References:
        Kumar et al. 2018, "Variational Inference of Disentangled Latent Concepts from Unlabeled Observations".
    """
    check_count("num_samples", num_samples)
    diagonal = off_diagonal * (1.0 if of_draws else 10.0) if diagonal is None else diagonal
    for name, weight in {"off_diagonal": off_diagonal, "diagonal": diagonal}.items():
        check_positive(name, weight)
    densities = vae.log_densities(x, num_samples, training=training)
    off, on = _squares(by_dimension(densities.q, "their covariance"), of_draws)
    price = densities.kl + off_diagonal * off + diagonal * on
    return densities.log_likelihood - densities.kl_weight * price, densities


def _squares(q, of_draws):
    """sum_{i != j} C_ij^2 and sum_i (C_ii - 1)^2 of the covariance of all codes."""
    loc = q.mean()
    off = loc - ops.mean(loc, axis=0)
    covariance = ops.matmul(ops.transpose(off), off) / ops.cast(ops.shape(loc)[0], "float32")
    variance = ops.mean(ops.square(off), axis=0)
    others = 1 - ops.eye(loc.shape[-1])
    if of_draws:
        variance = variance + ops.mean(q.variance(), axis=0)
    return ops.sum(ops.square(others * covariance)), ops.sum(ops.square(variance - 1))
