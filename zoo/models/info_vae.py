"""The InfoVAE: all codes together are brought to the prior, and each of them may say what it likes of its image.

alpha = 1 is the MMD-VAE, without a KL term. What it maximizes is no bound; `zoo evaluate` gives one.

Zhao et al. 2019, "InfoVAE: Balancing Learning and Inference in Variational Autoencoders".
"""

from functools import partial

from zoo.likelihoods.bernoulli import Bernoulli
from zoo.models.conv_vae import build as conv_vae
from zoo.objectives.info import info

GROUP = "bounds"


def build(image_shape, latent_dim=10, alpha=0.5, weight=1000.0, filters=(32, 32, 64), likelihood=Bernoulli):
    """q(z|x) = N(loc(x), scale(x)^2), p(z) = N(0, I), (1 - alpha) of the KL and alpha + weight - 1 of MMD^2.

    Args:
        image_shape: (height, width, channels).
        latent_dim: the size of z.
        alpha: what of the KL term is left out, of 1.
        weight: what the divergence of all codes together from the prior counts for, lambda in the paper.
        filters: the feature maps of each convolution, from the image to z.
        likelihood: the class of p(x|z).

    Example:
        >>> build((8, 8, 1), latent_dim=2, alpha=1.0).name
        'info_vae'
    """
    objective = partial(info, alpha=alpha, weight=weight)
    return conv_vae(image_shape, latent_dim, filters, likelihood=likelihood, objective=objective).replace(
        name="info_vae"
    )
