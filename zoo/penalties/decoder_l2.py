"""The squared norm of the decoder's weights."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(__name__)
def decoder_l2(autoencoder, x, z, training=False, weight=1e-3):
    """weight ||theta||^2, the sum of the squares of all that is trained of the decoder.

    Args:
        autoencoder: one with a decoder that has weights.
        x, training: aren't looked at.
        z: codes, `[B, D]`.
        weight: what the norm counts for.

    Returns:
        float32 `[B]`, the same for each image.

    Example:
        >>> import zoo
        >>> autoencoder = zoo.build("autoencoder", image_shape=(8, 8, 1), latent_dim=2)
        >>> tuple(decoder_l2(autoencoder, None, ops.zeros([5, 2])).shape)
        (5,)

    References:
        Ghosh et al. 2020, "From Variational to Deterministic Autoencoders", section 3.1: Tikhonov regularization.
    """
    weights = autoencoder.decoder.trainable_weights
    total = sum((ops.sum(ops.square(ops.convert_to_tensor(each))) for each in weights), start=ops.zeros([]))
    return weight * ops.broadcast_to(total, ops.shape(z)[:1])
