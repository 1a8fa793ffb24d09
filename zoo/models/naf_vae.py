"""Huang et al.'s neural autoregressive flow: autoregressive steps that are monotone networks bend a Gaussian.

Published, binarized MNIST, 32 latent dimensions, residual networks, -ELBO / -log p(x) in nats: diagonal Gaussian 85.00
/ 81.66, IAF 82.25 / 80.05, deep sigmoidal flow 81.92 / 79.86.

Huang et al. 2018, "Neural Autoregressive Flows".
"""

from zoo.likelihoods.bernoulli import Bernoulli
from zoo.networks.mlp import mlp_decoder, mlp_encoder
from zoo.objectives.elbo import elbo
from zoo.posteriors.neural_autoregressive import NeuralAutoregressive
from zoo.priors.standard_normal import StandardNormal
from zoo.vae import VAE

GROUP = "posteriors"


def build(
    image_shape,
    latent_dim=40,
    steps=2,
    flow_units=(320,),
    sigmoids=8,
    units=(300, 300),
    likelihood=Bernoulli,
    objective=elbo,
):
    """784-300-300-40 and back with ELU; q(z|x) is a Gaussian bent by autoregressive, rising curves; p(z) = N(0, I).

    Args:
        image_shape: (height, width, channels).
        latent_dim: the size of z.
        steps: how many autoregressive steps.
        flow_units: the width of each hidden layer of each step's MADE.
        sigmoids: how many of them the curve of each dimension has.
        units: the width of each hidden layer of the encoder and of the decoder, from the image to z.
        likelihood: the class of p(x|z).
        objective: what training maximizes, a function of `zoo/objectives`.

    Example:
        >>> build((8, 8, 1), latent_dim=2).name
        'naf_vae'
    """
    encoder = mlp_encoder(image_shape, units, "elu")
    decoder = mlp_decoder(image_shape, latent_dim, units, "elu", parameters=likelihood.parameters)
    return VAE(
        prior=StandardNormal(latent_dim),
        posterior=NeuralAutoregressive(encoder, latent_dim, steps, flow_units, sigmoids),
        likelihood=likelihood(decoder),
        objective=objective,
        name="naf_vae",
    )
