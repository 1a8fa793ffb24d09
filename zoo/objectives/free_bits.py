"""The ELBO in which a little information about x costs nothing."""

import keras
import numpy as np
from keras import ops

from zoo.errors import InputError
from zoo.networks.shapes import check_sizes
from zoo.objectives.bound import Bound, bounds


@bounds(Bound.BATCH_MEAN)
@keras.saving.register_keras_serializable(__name__)
def free_bits(vae, x, training=False, nats=0.1, num_samples=1, groups=None):
    """E_q[log p(x|z)] - sum_g max(nats, mean over the batch of KL_g): at most the batch's mean ELBO, so a lower bound.

    A group g is a dimension, or some of them side by side, a level of a hierarchy say; KL_g is the sum over it of
    KL(q(z_d|x) || p(z_d)), in closed form. Where there is none (a flow, a mixture) the KL doesn't come apart by
    dimensions, and all D of them are one group with D * nats free.

    Args:
        vae: a model with `log_densities`.
        x: images, `[B, height, width, channels]`.
        training: whether the networks are being trained: dropout and batch normalization go by it.
        nats: what each group may use for nothing, lambda in the paper.
        num_samples: draws of z for each, S.
        groups: how many dimensions each group has, one group after the other, `(10, 20)` say; None for one each.

    Returns:
        The objective, `[B]`, in nats (its second term is the batch's, the same for all), and the `LogDensities`.

    Raises:
        InputError: the groups aren't D dimensions together, or the KL has no closed form to make them of.

    References:
        Kingma et al. 2016, "Improving Variational Inference with Inverse Autoregressive Flow", equation 15.
    """
    densities = vae.log_densities(x, num_samples, training=training)
    return densities.log_likelihood - densities.kl_weight * cost(densities, nats, groups), densities


def cost(densities, nats, groups=None):
    """What the KL costs where each group of dimensions has some of it for nothing.

    Args:
        densities: `LogDensities`.
        nats: of each group; None for nothing, and the KL itself.
        groups: as of `free_bits`.

    Returns:
        sum_g max(nats, mean over the batch of KL_g), a scalar, as of `free_bits`; or the KL, `[B]`.
    """
    if nats is None:
        return densities.kl
    if groups is not None:
        paid, free = _kl_of_groups(densities, groups), nats
    elif densities.kl_per_dimension is not None:
        paid, free = ops.mean(densities.kl_per_dimension, axis=0), nats
    else:
        paid, free = ops.mean(densities.kl), nats * densities.z.shape[-1]
    return ops.sum(ops.maximum(paid, free))


def _kl_of_groups(densities, groups):
    """The mean over the batch of each group's KL, a tensor of as many."""
    sizes, size = check_sizes("groups", groups), densities.z.shape[-1]
    if sum(sizes) != size:
        raise InputError(f"groups are of {sum(sizes)} dimensions together, {sizes}, but z has {size}.")
    if densities.kl_per_dimension is None:
        raise InputError(
            "groups are given, but the KL of this posterior and prior has no closed form that comes apart by "
            "dimensions: leave groups out, for one group of all, or give a Gaussian posterior and a standard_normal "
            "prior."
        )
    mean = ops.mean(densities.kl_per_dimension, axis=0)
    ends = np.cumsum(sizes)
    return ops.stack([ops.sum(mean[end - width : end]) for end, width in zip(ends, sizes, strict=True)])
