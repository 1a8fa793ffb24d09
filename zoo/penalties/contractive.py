"""The contractive penalty in closed form."""

import keras
from keras import ops

from zoo.errors import InputError
from zoo.networks.one_dense import one_dense
from zoo.numerics.gradient import gradient


@keras.saving.register_keras_serializable(__name__)
def contractive(autoencoder, x, z, training=False, weight=0.1):
    """weight ||dz/dx||^2 for an encoder of one dense layer, z = s(x W + b), whose activation s is of each number.

        ||dz/dx||^2 = sum_j s'(x W + b)_j^2 sum_i W_ij^2

    For a deep encoder `zoo.penalties.EncoderJacobian` estimates it.

    Args:
        autoencoder: one whose encoder has a dense layer and no other weights.
        x: images, `[B, height, width, channels]`.
        z: their codes, `[B, D]`.
        training: isn't looked at.
        weight: what the norm counts for.

    Returns:
        float32 `[B]`.

    Raises:
        InputError: the encoder is another, or its activation is a softmax.

    Example:
        >>> import zoo
        >>> autoencoder = zoo.build("contractive_autoencoder", image_shape=(8, 8, 1), latent_dim=2)
        >>> x = ops.ones([5, 8, 8, 1])
        >>> tuple(contractive(autoencoder, x, autoencoder.encode(x)).shape)
        (5,)

    References:
        Rifai et al. 2011, "Contractive Auto-Encoders: Explicit Invariance During Feature Extraction", equation 1.
    """
    dense = one_dense(autoencoder.encoder, "the contractive penalty in closed form")
    if dense.activation in (keras.activations.softmax, keras.activations.log_softmax):
        raise InputError(
            f"encoder ends in a {dense.activation.__name__}, whose outputs depend on all inputs: give "
            "zoo.penalties.EncoderJacobian, which is for any encoder."
        )
    kernel = ops.cast(ops.convert_to_tensor(dense.kernel), "float32")
    inputs = ops.reshape(ops.cast(x, "float32"), (-1, kernel.shape[0])) @ kernel
    if dense.use_bias:
        inputs = inputs + ops.cast(ops.convert_to_tensor(dense.bias), "float32")
    slope = gradient(dense.activation, inputs)
    return weight * ops.sum(ops.square(slope) * ops.sum(ops.square(kernel), axis=0), axis=-1)
