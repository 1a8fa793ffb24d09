"""Rezende & Mohamed's normalizing flow: a Gaussian posterior bent by planar steps.

Published, binarized MNIST, 40 latent dimensions, a bound on -log p(x) in nats: diagonal Gaussian 89.9, 10 planar steps
87.5, 20 86.5, 40 85.7, 80 85.1.

Rezende and Mohamed 2015, "Variational Inference with Normalizing Flows", section 6.2.
"""

from zoo.likelihoods.bernoulli import Bernoulli
from zoo.networks.mlp import mlp_decoder, mlp_encoder
from zoo.objectives.elbo import elbo
from zoo.posteriors.planar import Planar
from zoo.priors.standard_normal import StandardNormal
from zoo.vae import VAE

GROUP = "posteriors"


def build(
    image_shape,
    latent_dim=40,
    steps=10,
    units=(300, 300),
    likelihood=Bernoulli,
    objective=elbo,
):
    """784-300-300-40 and back with ELU; q(z|x) is a Gaussian bent by planar steps; p(z) = N(0, I).

    Args:
        image_shape: (height, width, channels).
        latent_dim: the size of z.
        steps: how many planar steps.
        units: the width of each hidden layer of the encoder and of the decoder, from the image to z.
        likelihood: the class of p(x|z).
        objective: what training maximizes, a function of `zoo/objectives`.

    Example:
        >>> build((8, 8, 1), latent_dim=2).name
        'planar_vae'
    """
    encoder = mlp_encoder(image_shape, units, "elu")
    decoder = mlp_decoder(image_shape, latent_dim, units, "elu", parameters=likelihood.parameters)
    return VAE(
        prior=StandardNormal(latent_dim),
        posterior=Planar(encoder, latent_dim, steps),
        likelihood=likelihood(decoder),
        objective=objective,
        name="planar_vae",
    )
