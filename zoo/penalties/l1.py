"""The L1 norm of the code."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(__name__)
def l1(autoencoder, x, z, training=False, weight=0.1):
    """weight sum_j |z_j|, which leaves few of the code's units active.

    Args:
        autoencoder, x, training: aren't looked at.
        z: codes, `[B, D]`.
        weight: what the norm counts for.

    Returns:
        float32 `[B]`.

    Example:
        >>> float(l1(None, None, ops.convert_to_tensor([[1.0, -2.0]]), weight=0.5)[0])
        1.5

    References:
        Olshausen and Field 1996, "Emergence of Simple-Cell Receptive Field Properties by Learning a Sparse Code for
        Natural Images".
    """
    return weight * ops.sum(ops.abs(ops.cast(z, "float32")), axis=-1)
