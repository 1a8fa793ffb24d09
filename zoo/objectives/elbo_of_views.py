"""The evidence lower bound of all views, and those of each view alone."""

import keras

from zoo.numerics.counts import check_count
from zoo.objectives.bound import Bound, bounds
from zoo.objectives.elbo import elbo


@bounds(Bound.NONE)
@keras.saving.register_keras_serializable(__name__)
def elbo_of_views(vae, x, training=False, num_samples=1):
    """The ELBO of x, and those of each of its views: L(x) + sum_v L(x_v). No bound on log p(x): a sum of bounds.

    By the first alone an expert would never be asked what it knows by itself, and of one view no other could be made.
    A view that is missing has none. The terms that are reported are those of L(x).

    Args:
        vae: a model with `log_densities`. Of one without views it is the ELBO.
        x: images, `[B, height, width, channels]`, NaN where a view is missing.
        training: whether the networks are being trained: dropout and batch normalization go by it.
        num_samples: draws of z for each, S.

    Returns:
        The sum, `[B]`, in nats, and the `LogDensities` that L(x) was made of.

    References:
        Wu and Goodman 2018, "Multimodal Generative Models for Scalable Weakly-Supervised Learning".
    """
    check_count("num_samples", num_samples)
    total, densities = elbo(vae, x, training, num_samples)
    if vae.likelihood.views > 1:
        for view in range(vae.likelihood.views):
            total = total + elbo(vae, vae.likelihood.only(x, [view]), training, num_samples)[0]
    return total, densities
