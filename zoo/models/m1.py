"""Kingma et al.'s M1: a VAE that sees no labels, whose codes a classifier of the labelled images is fitted to.

Published: on MNIST 11.82, 5.72, 4.24 and 3.49 % errors of test images with 100, 600, 1000 and 3000 labels, by a
transductive support vector machine on the codes (table 1).

Kingma et al. 2014, "Semi-Supervised Learning with Deep Generative Models", sections 2.1 and 4.
"""

from zoo.likelihoods.bernoulli import Bernoulli
from zoo.networks.mlp import mlp_decoder, mlp_encoder
from zoo.objectives.elbo import elbo
from zoo.posteriors.gaussian import Gaussian
from zoo.priors.standard_normal import StandardNormal
from zoo.vae import VAE

GROUP = "labels"


def build(image_shape, latent_dim=50, units=(500, 500), likelihood=Bernoulli, objective=elbo):
    """q(z|x) = N(loc(x), scale(x)^2), p(z) = N(0, I), softplus networks.

    The classifier is no part of it: `zoo.evaluation.latents.classification` fits a logistic regression to the codes.

    Args:
        image_shape: (height, width, channels).
        latent_dim: the size of z.
        units: the width of each hidden layer.
        likelihood: the class of p(x|z).
        objective: what training maximizes, a function of `zoo/objectives`.

    Example:
        >>> build((8, 8, 1), latent_dim=2).name
        'm1'
    """
    decoder = mlp_decoder(image_shape, latent_dim, units, "softplus", likelihood.parameters)
    return VAE(
        prior=StandardNormal(latent_dim),
        posterior=Gaussian(mlp_encoder(image_shape, units, "softplus"), latent_dim),
        likelihood=likelihood(decoder),
        objective=objective,
        name="m1",
    )
