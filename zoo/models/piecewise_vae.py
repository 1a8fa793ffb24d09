"""A VAE on a cube, whose prior and posterior are constant on pieces of [0, 1]: codes of many modes.

Serban et al. 2016, "Piecewise Latent Variables for Neural Variational Text Processing".
"""

from zoo.likelihoods.bernoulli import Bernoulli
from zoo.networks.mlp import mlp_decoder, mlp_encoder
from zoo.objectives.elbo import elbo
from zoo.posteriors.piecewise_constant import PiecewiseConstant as PiecewiseConstantPosterior
from zoo.priors.piecewise_constant import PiecewiseConstant as PiecewiseConstantPrior
from zoo.vae import VAE

GROUP = "priors"


def build(image_shape, latent_dim=20, pieces=5, units=(500,), likelihood=Bernoulli, objective=elbo):
    """p(z) and q(z|x) piecewise constant on [0, 1]^D; the paper's text models have 3 pieces, or 5.

    Args:
        image_shape: (height, width, channels).
        latent_dim: the size of z.
        pieces: how many of each dimension's interval.
        units: the width of each hidden layer.
        likelihood: the class of p(x|z).
        objective: what training maximizes, a function of `zoo/objectives`.

    Example:
        >>> build((8, 8, 1), latent_dim=2).name
        'piecewise_vae'
    """
    return VAE(
        prior=PiecewiseConstantPrior(latent_dim, pieces),
        posterior=PiecewiseConstantPosterior(mlp_encoder(image_shape, units), latent_dim, pieces),
        likelihood=likelihood(mlp_decoder(image_shape, latent_dim, units, parameters=likelihood.parameters)),
        objective=objective,
        name="piecewise_vae",
    )
