"""The ELBO in which the price of all codes together takes the place of each one's."""

import keras
from keras import ops

from zoo.numerics.counts import check_count
from zoo.numerics.mmd import mmd
from zoo.objectives.bound import Bound, bounds
from zoo.random import draw, stream


@bounds(Bound.NONE)
@keras.saving.register_keras_serializable(__name__)
def info(vae, x, training=False, alpha=0.5, weight=1000.0, num_samples=1):
    """E_q[log p(x|z)] - (1 - alpha) KL(q(z|x) || p(z)) - (alpha + weight - 1) MMD^2(q(z), p(z)): no bound on log p(x).

    q(z) is the mixture of the images' q(z|x). The KL is the information that z has of x, and the divergence of q(z)
    from p(z): alpha takes away from the price of the first, and the discrepancy pays for the second. alpha = 1 is the
    MMD-VAE, and alpha = 0 with weight = 1 the ELBO.

    The discrepancy is estimated without bias, from a draw for each image and as many of the prior. In training a
    `WarmUp` callback's weight multiplies all but the first term.

    Args:
        vae: a model with `log_densities`.
        x: images, `[B, height, width, channels]`.
        training: whether the networks are being trained: dropout and batch normalization go by it.
        alpha: what of the KL is left out, of 1.
        weight: of the divergence of q(z) from p(z) together, lambda in the paper.
        num_samples: draws of z for each image, S.

    Returns:
        The objective, `[B]`, in nats (its last term is the batch's, the same for all), and the `LogDensities`.

    References:
        Zhao et al. 2019, "InfoVAE: Balancing Learning and Inference in Variational Autoencoders".
    """
    check_count("num_samples", num_samples)
    densities = vae.log_densities(x, num_samples, training=training)
    shape = ops.shape(densities.z)[:2]
    drawn = draw(vae.prior(), stream(densities.key, "draws of the prior to be near to"), (shape[0], shape[1]))
    apart = ops.mean(mmd(densities.z, ops.stop_gradient(drawn)))
    price = (1 - alpha) * densities.kl + (alpha + weight - 1) * apart
    return densities.log_likelihood - densities.kl_weight * price, densities
