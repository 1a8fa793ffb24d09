"""The sequential VAE: each step makes the last one's image into a better one, with a code of its own.

A single Gaussian step has to blur what it can't know. Here what the first step leaves is for the next, which sees what
it has made. What training maximizes is no bound; the last step is a VAE, and `zoo evaluate` gives its bound.

Zhao et al. 2017, "Towards Deeper Understanding of Variational Autoencoding Models".
"""

import math

from zoo.likelihoods.bernoulli import Bernoulli
from zoo.networks.mlp import mlp_decoder, mlp_encoder
from zoo.networks.shapes import check_image_shape, check_sizes
from zoo.networks.step_by_step import StepByStep
from zoo.objectives.step_elbo import step_elbo
from zoo.posteriors.gaussian import Gaussian
from zoo.priors.standard_normal import StandardNormal
from zoo.vae import VAE

GROUP = "hierarchies"


def build(image_shape, latent_dim=10, steps=3, units=(500,), likelihood=Bernoulli, objective=step_elbo):
    """q(z|x) = prod_t N(loc_t(x), scale_t(x)^2), p(z) = N(0, I), y_t = y_(t-1) + f_t(z_t, y_(t-1)), p(x|z) of y_T.

    Args:
        image_shape: (height, width, channels).
        latent_dim: the size of each step's code.
        steps: how many there are, T.
        units: the width of each hidden layer, of the encoder and of each step.
        likelihood: the class of p(x|z).
        objective: what training maximizes, a function of `zoo/objectives`; `elbo` trains the last step alone, through
            all of them.

    Example:
        >>> build((8, 8, 1), latent_dim=2, steps=3).latent_dim
        6
    """
    image_shape = check_image_shape(image_shape, vectors=True)
    (latent_dim,), (steps,) = check_sizes("latent_dim", (latent_dim,)), check_sizes("steps", (steps,))
    inputs = latent_dim + math.prod(image_shape) * likelihood.parameters
    decoders = [mlp_decoder(image_shape, inputs, units, parameters=likelihood.parameters) for _ in range(steps)]
    return VAE(
        prior=StandardNormal(steps * latent_dim),
        posterior=Gaussian(mlp_encoder(image_shape, units), steps * latent_dim),
        likelihood=likelihood(StepByStep(decoders, latent_dim)),
        objective=objective,
        name="sequential_vae",
    )
