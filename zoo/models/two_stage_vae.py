"""Dai & Wipf's two-stage VAE: a second VAE learns where the first one's codes lie.

The first is a convolutional VAE, the second one of fully connected networks with as many latent dimensions. Where the
first VAE's aggregate posterior isn't its prior, samples decoded from N(0, I) come out of holes; the second VAE's draws
don't. Both are trained at once here, the second on codes that pass no gradient back; the paper trains one after the
other. It publishes Frechet distances of samples (table 1), and no likelihood.

References:
    Dai and Wipf 2019, "Diagnosing and Enhancing VAE Models", sections 3 and 5.
"""

from zoo.likelihoods.bernoulli import Bernoulli
from zoo.likelihoods.gaussian import Gaussian as GaussianLikelihood
from zoo.networks.conv import conv_decoder, conv_encoder
from zoo.networks.mlp import mlp_decoder, mlp_encoder
from zoo.posteriors.gaussian import Gaussian
from zoo.priors.standard_normal import StandardNormal
from zoo.two_stage import TwoStage
from zoo.vae import VAE

GROUP = "priors"


def build(image_shape, latent_dim=32, filters=(32, 64), units=(256, 256), likelihood=Bernoulli):
    """The first VAE on images, the second on its codes.

    Args:
        image_shape: (height, width, channels).
        latent_dim: the size of both codes.
        filters: of the first VAE's convolutions.
        units: the widths of the second VAE's hidden layers.
        likelihood: the class of the first VAE's p(x|z).
    """
    first = VAE(
        prior=StandardNormal(latent_dim),
        posterior=Gaussian(conv_encoder(image_shape, filters), latent_dim),
        likelihood=likelihood(conv_decoder(image_shape, latent_dim, filters, parameters=likelihood.parameters)),
        name="first",
    )
    codes = (latent_dim,)
    second = VAE(
        prior=StandardNormal(latent_dim),
        posterior=Gaussian(mlp_encoder(codes, units, "relu"), latent_dim),
        likelihood=GaussianLikelihood(
            mlp_decoder(codes, latent_dim, units, "relu"), scale=0.3, learn_scale=True, range=None
        ),
        name="second",
    )
    return TwoStage(first, second, name="two_stage_vae")
