"""The norm of the decoder's Jacobian: the gradient penalty of regularized autoencoders."""

from zoo.penalties.jacobian_penalty import JacobianPenalty


class DecoderJacobian(JacobianPenalty):
    """weight ||dy/dz||^2, the decoder's gradient penalty at each code, estimated without bias by random projections.

        ||dy/dz||^2 = sum_ij (dy_i/dz_j)^2 = E ||d(v . y)/dz||^2,   v of independent signs

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
        >>> tuple(DecoderJacobian()(autoencoder, x, autoencoder.encode(x)).shape)
        (5,)

    References:
        Ghosh et al. 2020, "From Variational to Deterministic Autoencoders", section 3.1.
    """

    def network(self, autoencoder, x, z, training):
        return lambda z: autoencoder.decoder(z, training=training), z, autoencoder.image_shape
