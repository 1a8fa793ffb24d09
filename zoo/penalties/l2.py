"""Half the squared norm of the code."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(__name__)
def l2(autoencoder, x, z, training=False, weight=0.01):
    """weight / 2 sum_j z_j^2, which keeps codes from flying apart.

    Args:
        autoencoder, x, training: aren't looked at.
        z: codes, `[B, D]`.
        weight: what the term counts for.

    Returns:
        float32 `[B]`.

    Example:
        >>> float(l2(None, None, ops.convert_to_tensor([[1.0, -2.0]]), weight=2.0)[0])
        5.0

    References:
        Ghosh et al. 2020, "From Variational to Deterministic Autoencoders", section 3.
    """
    return 0.5 * weight * ops.sum(ops.square(ops.cast(z, "float32")), axis=-1)
