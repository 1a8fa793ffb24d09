"""The importance-weighted bound."""

import keras

from zoo.numerics import log_mean_exp


@keras.saving.register_keras_serializable(__name__)
def iwae(vae, x, num_samples=5):
    """A lower bound on log p(x): E[log 1/k sum_i p(x, z_i) / q(z_i|x)], z_1 .. z_k ~ q(z|x).

    It grows with k towards log p(x); k = 1 is the ELBO. A `WarmUp` callback's weight multiplies log p(z) - log q(z|x).

    Args:
        vae: a model with `log_densities`.
        x: images, `[B, height, width, channels]`.
        num_samples: k.

    Returns:
        The bound, `[B]`, in nats, and the `LogDensities` that it was made of.

    References:
        Burda et al. 2016, "Importance Weighted Autoencoders", equation 8.
    """
    densities = vae.log_densities(x, num_samples)
    log_weight = densities.likelihood + vae.kl_weight * (densities.prior - densities.posterior)
    return log_mean_exp(log_weight, axis=0), densities
