"""The ELBO in which a little information about x costs nothing."""

import keras
from keras import ops

from zoo.objectives.bound import Bound, bounds


@bounds(Bound.BATCH_MEAN)
@keras.saving.register_keras_serializable(__name__)
def free_bits(vae, x, training=False, nats=0.1, num_samples=1):
    """E_q[log p(x|z)] - sum_d max(nats, mean over the batch of KL_d): at most the batch's mean ELBO, so a lower bound.

    KL_d is KL(q(z_d|x) || p(z_d)) where that has a closed form. Elsewhere (a flow, a mixture) the KL doesn't come apart
    by dimensions, and all D of them are one group with D * nats free.

    Args:
        vae: a model with `log_densities`.
        x: images, `[B, height, width, channels]`.
        training: whether the networks are being trained: dropout and batch normalization go by it.
        nats: what each dimension may use for nothing, lambda in the paper.
        num_samples: draws of z for each, S.

    Returns:
        The objective, `[B]`, in nats (its second term is the batch's, the same for all), and the `LogDensities`.

    References:
        Kingma et al. 2016, "Improving Variational Inference with Inverse Autoregressive Flow", equation 15.
    """
    densities = vae.log_densities(x, num_samples, training=training)
    return densities.log_likelihood - densities.kl_weight * cost(densities, nats), densities


def cost(densities, nats):
    """What the KL costs where each dimension has some of it for nothing.

    Args:
        densities: `LogDensities`.
        nats: of each dimension; None for nothing, and the KL itself.

    Returns:
        sum_d max(nats, mean over the batch of KL_d), a scalar, as of `free_bits`; or the KL, `[B]`.
    """
    if nats is None:
        return densities.kl
    if densities.kl_per_dimension is not None:
        groups, free = ops.mean(densities.kl_per_dimension, axis=0), nats
    else:
        groups, free = ops.mean(densities.kl), nats * densities.z.shape[-1]
    return ops.sum(ops.maximum(groups, free))
