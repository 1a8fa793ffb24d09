"""The divergence of each unit's mean activation from a rate."""

import keras
from keras import ops

#: How near a mean activation comes to 0 and to 1.
NEAREST = 1e-6


@keras.saving.register_keras_serializable(__name__)
def kl_to_rate(autoencoder, x, z, training=False, rate=0.05, weight=1.0):
    """weight sum_j KL(rate || m_j), where m_j is the mean over the batch of the activation z_j.

        KL(rate || m) = rate log(rate / m) + (1 - rate) log((1 - rate) / (1 - m))

    The code's activation has to lie in [0, 1], as a sigmoid's does; what lies beyond is clipped. Its value depends on
    the batch: with other sizes of batches it is another.

    Args:
        autoencoder, x, training: aren't looked at.
        z: codes, `[B, D]`.
        rate: the share that each unit is to be active for, in (0, 1).
        weight: what the divergence counts for.

    Returns:
        float32 `[B]`, in nats, the same for each image of the batch.

    Example:
        >>> round(float(kl_to_rate(None, None, ops.convert_to_tensor([[0.2]]), rate=0.1)[0]), 6)
        0.03669

    References:
        Ng 2011, "Sparse Autoencoder", CS294A lecture notes, section 3.
    """
    mean = ops.mean(ops.clip(ops.cast(z, "float32"), 0.0, 1.0), axis=0)
    mean = ops.clip(mean, NEAREST, 1 - NEAREST)
    divergence = rate * ops.log(rate / mean) + (1 - rate) * ops.log((1 - rate) / (1 - mean))
    return weight * ops.broadcast_to(ops.sum(divergence), ops.shape(z)[:1])
