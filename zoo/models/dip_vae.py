"""The DIP-VAE: the covariance of all codes is brought to I.

What it maximizes is at most the ELBO, and so a bound too.

Kumar et al. 2018, "Variational Inference of Disentangled Latent Concepts from Unlabeled Observations".
"""

from functools import partial

from zoo.likelihoods.bernoulli import Bernoulli
from zoo.models.conv_vae import build as conv_vae
from zoo.objectives.dip import dip

GROUP = "disentanglement"


def build(
    image_shape,
    latent_dim=10,
    off_diagonal=10.0,
    diagonal=None,
    of_draws=False,
    filters=(32, 32, 64),
    likelihood=Bernoulli,
):
    """q(z|x) = N(loc(x), scale(x)^2), p(z) = N(0, I), the ELBO less what the covariance of codes is off.

    Args:
        image_shape: (height, width, channels).
        latent_dim: the size of z.
        off_diagonal: what squared covariances count for.
        diagonal: what variances other than 1 count for; None for the paper's, 10 times as much for means of codes and
            the same for draws.
        of_draws: whether the codes are draws of q(z|x) (DIP-VAE-II), or its means (DIP-VAE-I).
        filters: the feature maps of each convolution, from the image to z.
        likelihood: the class of p(x|z).

    Example:
        >>> build((8, 8, 1), latent_dim=2, of_draws=True).name
        'dip_vae'
    """
    objective = partial(dip, off_diagonal=off_diagonal, diagonal=diagonal, of_draws=of_draws)
    return conv_vae(image_shape, latent_dim, filters, likelihood=likelihood, objective=objective).replace(
        name="dip_vae"
    )
