"""The importance-weighted bound, by a gradient that ends where q is exact."""

import keras

from zoo.numerics.counts import check_count
from zoo.numerics.stable import log_mean_exp
from zoo.objectives.bound import Bound, bounds


@bounds(Bound.EACH_IMAGE)
@keras.saving.register_keras_serializable(__name__)
def sticking_the_landing(vae, x, training=False, num_samples=1):
    """A lower bound on log p(x): E[log 1/k sum_i w_i], w_i = p(x, z_i) / q(z_i|x), as `iwae`; k = 1 is the ELBO.

        gradient:  sum_i W_i (grad_theta log p(x, z_i) + (d log w_i / d z_i) grad_phi z_i),  W_i = w_i / sum_j w_j

    It goes to q's parameters phi through the draws alone. What is left out, grad_phi log q(z_i|x) at a fixed z_i, is 0
    on average for k = 1, and noise: where q is the exact posterior log w_i doesn't depend on z_i, and each draw's
    gradient is 0. For k > 1 what is left out isn't 0 on average: phi's gradient has a bias, which `zoo.objectives.dreg`
    hasn't.

    In training a `WarmUp` callback's weight multiplies log p(z) - log q(z|x).

    Args:
        vae: a model with `log_densities`, whose posterior has a density.
        x: images, `[B, height, width, channels]`.
        training: whether the networks are being trained: dropout and batch normalization go by it.
        num_samples: k.

    Returns:
        The bound, `[B]`, in nats, and the `LogDensities` that it was made of.

    Raises:
        InputError: k isn't a positive integer; or in training the posterior has no density.

    References:
        Roeder et al. 2017, "Sticking the Landing: Simple, Lower-Variance Gradient Estimators for Variational
        Inference"; for the bias Tucker et al. 2019, "Doubly Reparameterized Gradient Estimators for Monte Carlo
        Objectives".
    """
    check_count("num_samples", num_samples)
    densities = vae.log_densities(x, num_samples, training=training)
    through = densities._replace(posterior=densities.posterior_through_z()) if training else densities
    return log_mean_exp(through.annealed_log_weight, axis=0), densities
