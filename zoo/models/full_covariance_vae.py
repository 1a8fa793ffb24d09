"""The VAE with a full covariance: a Gaussian posterior whose dimensions are correlated, for each image in its way.

Kingma and Welling 2019, "An Introduction to Variational Autoencoders".
"""

from zoo.likelihoods.bernoulli import Bernoulli
from zoo.networks.mlp import mlp_decoder, mlp_encoder
from zoo.objectives.elbo import elbo
from zoo.posteriors.full_covariance import FullCovariance
from zoo.priors.standard_normal import StandardNormal
from zoo.vae import VAE

GROUP = "posteriors"


def build(
    image_shape,
    latent_dim=40,
    units=(300, 300),
    likelihood=Bernoulli,
    objective=elbo,
):
    """784-300-300-40 and back with ELU; q(z|x) is a Gaussian of a full covariance; p(z) = N(0, I).

    Args:
        image_shape: (height, width, channels).
        latent_dim: the size of z.
        units: the width of each hidden layer of the encoder and of the decoder, from the image to z.
        likelihood: the class of p(x|z).
        objective: what training maximizes, a function of `zoo/objectives`.

    Example:
        >>> build((8, 8, 1), latent_dim=2).name
        'full_covariance_vae'
    """
    encoder = mlp_encoder(image_shape, units, "elu")
    decoder = mlp_decoder(image_shape, latent_dim, units, "elu", parameters=likelihood.parameters)
    return VAE(
        prior=StandardNormal(latent_dim),
        posterior=FullCovariance(encoder, latent_dim),
        likelihood=likelihood(decoder),
        objective=objective,
        name="full_covariance_vae",
    )
