"""The price of an autoencoder's codes that are drawn: the KL to its prior."""

import keras

from zoo.errors import InputError
from zoo.numerics.divergence import kl_divergence


@keras.saving.register_keras_serializable(__name__)
def kl_to_prior(autoencoder, x, z, training=False, weight=1.0):
    """weight KL(q(z|x) || p(z)), of an encoder that draws its codes and the autoencoder's prior.

    Beside a loss that is no density's it makes no bound: it only keeps codes where the prior has them.

    Args:
        autoencoder: one with a prior, whose encoder is a `zoo.networks.drawn_code.DrawnCode`.
        x: images, `[B, height, width, channels]`.
        z: isn't looked at where the KL has a closed form; else the draws, `[B, D]`.
        training: whether the networks are being trained.
        weight: what the divergence counts for.

    Returns:
        float32 `[B]`, in nats.

    Raises:
        InputError: the encoder is another, or there is no prior.

    Example:
        >>> import zoo
        >>> from keras import ops
        >>> autoencoder = zoo.build("dfc_vae", image_shape=(8, 8, 1), latent_dim=2)
        >>> x = ops.ones([5, 8, 8, 1])
        >>> bool(ops.all(kl_to_prior(autoencoder, x, autoencoder.encode(x)) > 0))
        True

    References:
        Kingma and Welling 2014, "Auto-Encoding Variational Bayes", appendix B, for the closed form.
    """
    posterior = getattr(autoencoder.encoder, "posterior", None)
    if posterior is None or autoencoder.prior is None:
        raise InputError(
            f"{autoencoder.name} has {'no prior' if posterior else 'an encoder that draws no codes'}, but kl_to_prior "
            "is of both: give Autoencoder(encoder=DrawnCode(...), prior=...)."
        )
    q = posterior(x, training=training)
    return weight * kl_divergence(q, autoencoder.prior(), z, q.log_prob(z))
