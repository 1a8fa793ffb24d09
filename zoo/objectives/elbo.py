"""The evidence lower bound."""

import keras

from zoo.numerics.counts import check_count
from zoo.objectives.bound import Bound, bounds
from zoo.objectives.free_bits import cost


@bounds(Bound.EACH_IMAGE)
@keras.saving.register_keras_serializable(__name__)
def elbo(vae, x, training=False, num_samples=1, free_bits=None):
    """A lower bound on log p(x): E_q[log p(x|z)] - KL(q(z|x) || p(z)).

    The first term is averaged over the samples. So is the second, unless it has a closed form. While a `WarmUp`
    callback holds `vae.kl_weight` below 1 the second term counts for that much less in training, and this isn't a
    bound. In evaluation it counts whole.

    Args:
        vae: a model with `log_densities`.
        x: images, `[B, height, width, channels]`.
        training: whether the networks are being trained: dropout and batch normalization go by it.
        num_samples: draws of z for each, S.
        free_bits: nats of KL that each dimension has for nothing, as in `zoo.objectives.free_bits`, which leaves
            a bound on the batch's mean alone; None for none.

    Returns:
        The bound, `[B]`, in nats, and the `LogDensities` that it was made of.

    References:
        Kingma and Welling 2014, "Auto-Encoding Variational Bayes", equations 6 and 7.
    """
    check_count("num_samples", num_samples)
    densities = vae.log_densities(x, num_samples, training=training)
    return densities.log_likelihood - densities.kl_weight * cost(densities, free_bits), densities
