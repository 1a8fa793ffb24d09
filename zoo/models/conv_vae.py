"""The convolutional VAE: strided convolutions down, transposed convolutions up.

Kingma and Welling 2014, "Auto-Encoding Variational Bayes", with the networks that became customary: see Radford et al.
2016, "Unsupervised Representation Learning with Deep Convolutional Generative Adversarial Networks", section 3.
"""

from zoo.likelihoods.bernoulli import Bernoulli
from zoo.networks.conv import conv_decoder, conv_encoder
from zoo.objectives.elbo import elbo
from zoo.posteriors.gaussian import Gaussian
from zoo.priors.standard_normal import StandardNormal
from zoo.vae import VAE

GROUP = "to begin with"


def build(image_shape, latent_dim=32, filters=(32, 64), activation="relu", likelihood=Bernoulli, objective=elbo):
    """q(z|x) = N(loc(x), scale(x)^2), p(z) = N(0, I).

    Args:
        image_shape: (height, width, channels).
        latent_dim: the size of z.
        filters: the feature maps of each convolution, from the image to z.
        activation: of each convolution, a Keras activation.
        likelihood: the class of p(x|z).
        objective: what training maximizes, a function of `zoo/objectives`.

    Example:
        >>> build((8, 8, 1), latent_dim=2).name
        'conv_vae'
    """
    return VAE(
        prior=StandardNormal(latent_dim),
        posterior=Gaussian(conv_encoder(image_shape, filters, activation=activation), latent_dim),
        likelihood=likelihood(
            conv_decoder(image_shape, latent_dim, filters, activation=activation, parameters=likelihood.parameters)
        ),
        objective=objective,
        name="conv_vae",
    )
