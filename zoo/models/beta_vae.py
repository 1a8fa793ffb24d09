"""The beta-VAE: a KL term that counts for more, so that each dimension of z has to be worth its price.

`objective=capacity` is Burgess et al.'s: its KL is held at a capacity that grows, 25 nats after 100,000 steps.

Published, the share of factors of 2D shapes told right by Higgins et al.'s own metric: beta-VAE 99.23 %, VAE 61.58 %.
On dSprites, MIG in a later paper's table: beta-VAE 0.21, VAE 0.10.

Higgins et al. 2017, "beta-VAE: Learning Basic Visual Concepts with a Constrained Variational Framework", equation 4;
Burgess et al. 2018, "Understanding disentangling in beta-VAE", equation 8.
"""

from zoo.likelihoods.bernoulli import Bernoulli
from zoo.models.conv_vae import build as conv_vae
from zoo.objectives.beta_elbo import beta_elbo
from zoo.part import given

GROUP = "disentanglement"


def build(image_shape, latent_dim=10, beta=None, filters=(32, 32, 64), likelihood=Bernoulli, objective=beta_elbo):
    """q(z|x) = N(loc(x), scale(x)^2), p(z) = N(0, I), trained on E_q[log p(x|z)] - beta KL(q(z|x) || p(z)).

    Args:
        image_shape: (height, width, channels).
        latent_dim: the size of z.
        beta: what the KL term counts for, 1 for a VAE; None for the objective's own, 4.
        filters: the feature maps of each convolution, from the image to z.
        likelihood: the class of p(x|z).
        objective: what training maximizes, a function of `zoo/objectives`.

    Example:
        >>> build((8, 8, 1), latent_dim=2, beta=8.0).name
        'beta_vae'
    """
    objective = given(objective, beta=beta)
    return conv_vae(image_shape, latent_dim, filters, likelihood=likelihood, objective=objective).replace(
        name="beta_vae"
    )
