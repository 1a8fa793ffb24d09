"""The ELBOs of all steps of a decoder together, each step trained on what the last one made."""

import keras
from keras import ops

from zoo.networks.fold import fold
from zoo.numerics.counts import check_count
from zoo.objectives.bound import Bound, bounds
from zoo.observed import image_of


@bounds(Bound.NONE)
@keras.saving.register_keras_serializable(__name__)
def step_elbo(vae, x, training=False, num_samples=1):
    """sum_t E_q[log p_t(x|y_(t-1), z_t)] - KL(q(z_t|x) || p(z_t)): no bound on log p(x).

    Each step is to make the image of the last one's into x. It takes what that made for a constant, and so learns by
    itself. The model is the last step: where pixels have probabilities the sum is below its ELBO, where they have
    densities it may be above. Of a decoder without steps it is the ELBO. In training a `WarmUp` callback's weight
    multiplies the KL term.

    Args:
        vae: a model with `log_densities`, whose decoder is a `zoo.networks.step_by_step.StepByStep`.
        x: images, `[B, height, width, channels]`.
        training: whether the networks are being trained: dropout and batch normalization go by it.
        num_samples: draws of z for each image, S.

    Returns:
        The objective, `[B]`, in nats, and the `LogDensities`, which are of the last step.

    References:
        Zhao et al. 2017, "Towards Deeper Understanding of Variational Autoencoding Models".
    """
    check_count("num_samples", num_samples)
    densities = vae.log_densities(x, num_samples, training=training)
    likelihood, price = densities.log_likelihood, densities.kl_weight * densities.kl
    steps = getattr(vae.likelihood.decoder, "steps", None)
    if steps is None:
        return likelihood - price, densities
    made = fold(steps, densities.z, training=training, apart=True)
    each = [vae.likelihood.distribution(made[:, :, step]).log_prob(image_of(x)) for step in range(made.shape[2])]
    return ops.mean(sum(each), axis=0) - price, densities
