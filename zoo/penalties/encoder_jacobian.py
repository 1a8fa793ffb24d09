"""The norm of the encoder's Jacobian, for deep encoders."""

from zoo.penalties.jacobian_penalty import JacobianPenalty


class EncoderJacobian(JacobianPenalty):
    """weight ||dz/dx||^2, the contractive penalty, estimated without bias by random projections.

        ||dz/dx||^2 = sum_ij (dz_j/dx_i)^2 = E ||d(v . z)/dx||^2,   v of independent signs

    For an encoder of one dense layer `zoo.penalties.contractive` has the exact value. Batch normalization in training
    mixes the images' gradients: give an encoder without.

    Args:
        weight: what the norm counts for.
        projections: how many v are drawn for each image, S.

    Returns (of a call on an autoencoder, images and codes):
        float32 `[B]`.

    Raises:
        InputError: a weight that isn't positive, or a number of projections that isn't a positive integer.

    Example:
        >>> from keras import ops
        >>> import zoo
        >>> autoencoder = zoo.build("autoencoder", image_shape=(8, 8, 1), latent_dim=2)
        >>> x = ops.ones([5, 8, 8, 1])
        >>> tuple(EncoderJacobian()(autoencoder, x, autoencoder.encode(x)).shape)
        (5,)

    References:
        Rifai et al. 2011, "Contractive Auto-Encoders: Explicit Invariance During Feature Extraction", equation 1, for
        the norm.
    """

    def network(self, autoencoder, x, z, training):
        return lambda x: autoencoder.encoder(x, training=training), x, z.shape[1:]
