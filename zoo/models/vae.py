"""Kingma & Welling's VAE: one hidden layer of tanh units each way.

Published: on MNIST the paper gives its lower bound as curves only. An independent rerun (300 epochs) has -ELBO 141.3,
124.4, 107.6, 100.6 and 99.2 nats for 3, 5, 10, 20 and 200 latent dimensions.

Kingma and Welling 2014, "Auto-Encoding Variational Bayes", section 5 and appendix C.
"""

from zoo.likelihoods.bernoulli import Bernoulli
from zoo.networks.mlp import mlp_decoder, mlp_encoder
from zoo.numerics.counts import check_count
from zoo.objectives.elbo import elbo
from zoo.part import given
from zoo.posteriors.gaussian import Gaussian
from zoo.priors.standard_normal import StandardNormal
from zoo.vae import VAE

GROUP = "to begin with"


def build(image_shape, latent_dim=20, units=(500,), likelihood=Bernoulli, samples=None, objective=elbo):
    """q(z|x) = N(loc(x), scale(x)^2), p(z) = N(0, I).

    Args:
        image_shape: (height, width, channels).
        latent_dim: the size of z.
        units: the width of each hidden layer.
        likelihood: the class of p(x|z); the paper has Bernoulli for MNIST and a Gaussian for Frey's faces.
        samples: draws of z for each image in the bound, L in the paper; None for the objective's own number.
        objective: what training maximizes, a function of `zoo/objectives`.

    Example:
        >>> build((8, 8, 1), latent_dim=2).name
        'vae'
    """
    if samples is not None:
        check_count("samples", samples)
    return VAE(
        prior=StandardNormal(latent_dim),
        posterior=Gaussian(mlp_encoder(image_shape, units), latent_dim),
        likelihood=likelihood(mlp_decoder(image_shape, latent_dim, units, parameters=likelihood.parameters)),
        objective=given(objective, num_samples=samples),
        name="vae",
    )
