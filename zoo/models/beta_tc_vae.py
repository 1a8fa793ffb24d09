"""The beta-TC-VAE: of the KL term, only what the dimensions of z say of each other counts for more.

What it maximizes is no bound; `zoo evaluate` gives one.

Published, MIG on dSprites, in a later paper's table: beta-TC-VAE 0.45, beta-VAE 0.21, VAE 0.10.

Chen et al. 2018, "Isolating Sources of Disentanglement in Variational Autoencoders", equation 4.
"""

from functools import partial

from zoo.likelihoods.bernoulli import Bernoulli
from zoo.models.conv_vae import build as conv_vae
from zoo.objectives.beta_tc_elbo import beta_tc_elbo

GROUP = "disentanglement"


def build(image_shape, latent_dim=10, beta=6.0, images=None, filters=(32, 32, 64), likelihood=Bernoulli):
    """q(z|x) = N(loc(x), scale(x)^2), p(z) = N(0, I), the ELBO less beta - 1 of the total correlation of z.

    Args:
        image_shape: (height, width, channels).
        latent_dim: the size of z.
        beta: what the total correlation counts for; 1 for a VAE.
        images: how many training images there are, for weights by which a batch stands for all; None for a batch that
            is taken for all.
        filters: the feature maps of each convolution, from the image to z.
        likelihood: the class of p(x|z).

    Example:
        >>> build((8, 8, 1), latent_dim=2).name
        'beta_tc_vae'
    """
    objective = partial(beta_tc_elbo, beta=beta, images=images)
    return conv_vae(image_shape, latent_dim, filters, likelihood=likelihood, objective=objective).replace(
        name="beta_tc_vae"
    )
