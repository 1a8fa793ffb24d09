"""Kviman et al.'s mixture VAE: encoders side by side make the posterior a mixture, and cooperate in one bound.

It publishes -log p(x) of gated convolutional networks and of PixelCNN decoders, and no figure of these networks.

Kviman et al. 2023, "Cooperation in the Latent Space: The Benefits of Adding Mixture Components in Variational
Autoencoders".
"""

from zoo.likelihoods.bernoulli import Bernoulli
from zoo.networks.mlp import mlp_decoder, mlp_encoder
from zoo.networks.shapes import check_sizes
from zoo.objectives.miselbo import miselbo
from zoo.posteriors.gaussian import Gaussian
from zoo.posteriors.mixture import Mixture
from zoo.priors.standard_normal import StandardNormal
from zoo.vae import VAE

GROUP = "posteriors"


def build(image_shape, latent_dim=40, units=(300, 300), components=4, likelihood=Bernoulli, objective=miselbo):
    """784-300-300-40 and back with ReLU; q(z|x) is an even mixture of Gaussians, each of an encoder; p(z) = N(0, I).

    Args:
        image_shape: (height, width, channels).
        latent_dim: the size of z.
        units: the width of each hidden layer of each encoder and of the decoder, from the image to z.
        components: how many encoders; with one this is a VAE with a Gaussian posterior.
        likelihood: the class of p(x|z).
        objective: what training maximizes, a function of `zoo/objectives`: miselbo and siwae draw of each encoder.

    Example:
        >>> build((8, 8, 1), latent_dim=2).name
        'misvae'
    """
    (components,) = check_sizes("components", (components,))
    encoders = [mlp_encoder(image_shape, units, "relu") for _ in range(components)]
    return VAE(
        prior=StandardNormal(latent_dim),
        posterior=Mixture([Gaussian(encoder, latent_dim) for encoder in encoders]),
        likelihood=likelihood(mlp_decoder(image_shape, latent_dim, units, "relu", parameters=likelihood.parameters)),
        objective=objective,
        name="misvae",
    )
