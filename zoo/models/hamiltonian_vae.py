"""Salimans et al.'s Hamiltonian variational inference: the posterior's draws follow the gradient of log p(x, z).

Published, dynamically binarized MNIST, -ELBO / -log p(x) in nats, fully connected with an inference network: no
leapfrog steps 94.18 / 88.95, one 91.70 / 88.08, four 89.82 / 86.40, eight 88.30 / 85.51.

Salimans et al. 2015, "Markov Chain Monte Carlo and Variational Inference: Bridging the Gap", section 4 and table 1.
"""

from zoo.likelihoods.bernoulli import Bernoulli
from zoo.networks.mlp import mlp_decoder, mlp_encoder
from zoo.posteriors.gaussian import Gaussian
from zoo.posteriors.hamiltonian import Hamiltonian
from zoo.priors.standard_normal import StandardNormal
from zoo.vae import VAE

GROUP = "posteriors"


def build(image_shape, latent_dim=32, units=(300, 300), leapfrog_steps=4, reverse_units=300, likelihood=Bernoulli):
    """784-300-300-32 and back with softplus; q(z|x) is a Gaussian moved by leapfrog steps; p(z) = N(0, I).

    Args:
        image_shape: (height, width, channels).
        latent_dim: the size of z.
        units: the width of each hidden layer of the encoder and of the decoder, from the image to z.
        leapfrog_steps: how many; with none this is a VAE with a Gaussian posterior.
        reverse_units: the width of the hidden layer that guesses the momentum back from z.
        likelihood: the class of p(x|z).

    Example:
        >>> build((8, 8, 1), latent_dim=2).name
        'hamiltonian_vae'
    """
    gaussian = Gaussian(mlp_encoder(image_shape, units, "softplus"), latent_dim)
    decoder = mlp_decoder(image_shape, latent_dim, units, "softplus", parameters=likelihood.parameters)
    return VAE(
        prior=StandardNormal(latent_dim),
        posterior=Hamiltonian(gaussian, leapfrog_steps, units=reverse_units),
        likelihood=likelihood(decoder),
        name="hamiltonian_vae",
    )
