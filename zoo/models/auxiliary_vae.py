"""Maaloe et al.'s auxiliary VAE: an auxiliary variable makes the posterior a continuous mixture of Gaussians.

Published, dynamically binarized MNIST, -ELBO in nats: one layer of latents 84.59, two 82.97.

Maaloe et al. 2016, "Auxiliary Deep Generative Models", equation 4 and table 2.
"""

from zoo.likelihoods.bernoulli import Bernoulli
from zoo.networks.mlp import mlp_decoder, mlp_encoder
from zoo.posteriors.auxiliary import Auxiliary
from zoo.priors.standard_normal import StandardNormal
from zoo.vae import VAE

GROUP = "posteriors"


def build(image_shape, latent_dim=100, auxiliary_dim=100, units=(500, 500), likelihood=Bernoulli):
    """784-500-500-100 and back with ELU; q(a|x), q(z|a, x) and r(a|x, z) share the encoder; p(z) = N(0, I).

    Args:
        image_shape: (height, width, channels).
        latent_dim: the size of z.
        auxiliary_dim: the size of a.
        units: the width of each hidden layer of the encoder and of the decoder, from the image to z. The last is also
            that of q(z|a, x) and of r(a|x, z).
        likelihood: the class of p(x|z).

    Example:
        >>> build((8, 8, 1), latent_dim=2).name
        'auxiliary_vae'
    """
    encoder = mlp_encoder(image_shape, units, "elu")
    decoder = mlp_decoder(image_shape, latent_dim, units, "elu", parameters=likelihood.parameters)
    return VAE(
        prior=StandardNormal(latent_dim),
        posterior=Auxiliary(encoder, latent_dim, auxiliary_dim, encoder.output_shape[-1]),
        likelihood=likelihood(decoder),
        name="auxiliary_vae",
    )
