"""The ELBO with another weight on its second term."""

import keras

from zoo.objectives.bound import Bound, bounds
from zoo.objectives.free_bits import cost


@bounds(Bound.EACH_IMAGE)
@keras.saving.register_keras_serializable(__name__)
def beta_elbo(vae, x, training=False, beta=4.0, num_samples=1, free_bits=None):
    """E_q[log p(x|z)] - beta KL(q(z|x) || p(z)): a lower bound on log p(x) for beta >= 1, none below.

    Args:
        vae: a model with `log_densities`.
        x: images, `[B, height, width, channels]`.
        training: whether the networks are being trained: dropout and batch normalization go by it.
        beta: the weight; in training a `WarmUp` callback's weight multiplies it.
        num_samples: draws of z for each, S.
        free_bits: nats of KL that each dimension has for nothing, as in `zoo.objectives.free_bits`, which leaves
            a bound on the batch's mean alone; None for none.

    Returns:
        The objective, `[B]`, in nats, and the `LogDensities` that it was made of.

    References:
        Higgins et al. 2017, "beta-VAE: Learning Basic Visual Concepts with a Constrained Variational Framework",
        equation 4.
    """
    densities = vae.log_densities(x, num_samples, training=training)
    return densities.log_likelihood - beta * densities.kl_weight * cost(densities, free_bits), densities
