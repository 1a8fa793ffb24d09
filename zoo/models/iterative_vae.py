"""Marino et al.'s iterative inference: a network learns to improve the encoder's guess from the ELBO's gradient.

Published, MNIST, -log p(x) in nats, one level of latents: 84.14 with a standard encoder, 83.84 with five iterations.

Marino et al. 2018, "Iterative Amortized Inference".
"""

from zoo.likelihoods.bernoulli import Bernoulli
from zoo.networks.mlp import mlp_decoder, mlp_encoder
from zoo.objectives.elbo import elbo
from zoo.posteriors.gaussian import Gaussian
from zoo.posteriors.iterative import Iterative
from zoo.priors.standard_normal import StandardNormal
from zoo.vae import VAE

GROUP = "posteriors"


def build(
    image_shape, latent_dim=64, units=(512, 512), steps=5, update_units=512, likelihood=Bernoulli, objective=elbo
):
    """784-512-512-64 and back with ELU; q(z|x) is a Gaussian that a network moves; p(z) = N(0, I).

    Args:
        image_shape: (height, width, channels).
        latent_dim: the size of z.
        units: the width of each hidden layer of the encoder and of the decoder, from the image to z.
        steps: how many updates; with none this is a VAE with a Gaussian posterior.
        update_units: the width of the hidden layer of the network that makes them.
        likelihood: the class of p(x|z).
        objective: what training maximizes, a function of `zoo/objectives`.

    Example:
        >>> build((8, 8, 1), latent_dim=2).name
        'iterative_vae'
    """
    decoder = mlp_decoder(image_shape, latent_dim, units, "elu", parameters=likelihood.parameters)
    return VAE(
        prior=StandardNormal(latent_dim),
        posterior=Iterative(Gaussian(mlp_encoder(image_shape, units, "elu"), latent_dim), steps, update_units),
        likelihood=likelihood(decoder),
        objective=objective,
        name="iterative_vae",
    )
