"""Kim et al.'s semi-amortized VAE: gradient steps on each image's own ELBO improve the encoder's guess.

Published, OMNIGLOT, with a decoder of 12 gated PixelCNN layers and 20 steps: -ELBO 90.05 nats, of which KL 2.78. There
is no figure of fully connected networks.

Kim et al. 2018, "Semi-Amortized Variational Autoencoders", algorithm 1.
"""

from zoo.likelihoods.bernoulli import Bernoulli
from zoo.networks.mlp import mlp_decoder, mlp_encoder
from zoo.objectives.elbo import elbo
from zoo.posteriors.gaussian import Gaussian
from zoo.posteriors.semi_amortized import SemiAmortized
from zoo.priors.standard_normal import StandardNormal
from zoo.vae import VAE

GROUP = "posteriors"


def build(image_shape, latent_dim=32, units=(300, 300), steps=4, step_size=0.1, likelihood=Bernoulli, objective=elbo):
    """784-300-300-32 and back with softplus; q(z|x) is a Gaussian moved by gradient steps; p(z) = N(0, I).

    Args:
        image_shape: (height, width, channels).
        latent_dim: the size of z.
        units: the width of each hidden layer of the encoder and of the decoder, from the image to z.
        steps: how many; with none this is a VAE with a Gaussian posterior.
        step_size: what the step sizes begin at; they are trained.
        likelihood: the class of p(x|z).
        objective: what training maximizes, a function of `zoo/objectives`.

    Example:
        >>> build((8, 8, 1), latent_dim=2).name
        'semi_amortized_vae'
    """
    # Training differentiates the gradient: a network of ReLU units would have none of its slopes' own.
    gaussian = Gaussian(mlp_encoder(image_shape, units, "softplus"), latent_dim)
    decoder = mlp_decoder(image_shape, latent_dim, units, "softplus", parameters=likelihood.parameters)
    return VAE(
        prior=StandardNormal(latent_dim),
        posterior=SemiAmortized(gaussian, steps, step_size),
        likelihood=likelihood(decoder),
        objective=objective,
        name="semi_amortized_vae",
    )
