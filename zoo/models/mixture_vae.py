"""The convolutional VAE with a mixture of Gaussians as its prior.

Published: no table was found for a plain mixture prior on MNIST; the VampPrior paper's figure puts it between the
standard normal and the VampPrior.

Tomczak and Welling 2018, "VAE with a VampPrior", equation 8; Dilokthanakul et al. 2016, "Deep Unsupervised Clustering
with Gaussian Mixture Variational Autoencoders", for the idea of clusters in the prior.
"""

from zoo.likelihoods.bernoulli import Bernoulli
from zoo.networks.conv import conv_decoder, conv_encoder
from zoo.networks.mlp import mlp_decoder, mlp_encoder
from zoo.objectives.elbo import elbo
from zoo.posteriors.gaussian import Gaussian
from zoo.priors.mixture import Mixture
from zoo.vae import VAE

GROUP = "priors"


def build(
    image_shape,
    latent_dim=32,
    components=10,
    train_weights=False,
    filters=(32, 64),
    activation="relu",
    gated_units=None,
    likelihood=Bernoulli,
    objective=elbo,
):
    """q(z|x) = N(loc(x), scale(x)^2), p(z) = sum_k w_k N(m_k, s_k^2).

    Args:
        image_shape: (height, width, channels).
        latent_dim: the size of z.
        components: the number of Gaussians in the prior, K.
        train_weights: whether their weights w_k are trained; else all are 1/K.
        filters: the feature maps of each convolution, from the image to z.
        activation: of each convolution, a Keras activation.
        gated_units: the width of each gated dense layer, as the VampPrior paper has them; None for convolutions.
        likelihood: the class of p(x|z).
        objective: what training maximizes, a function of `zoo/objectives`.

    Example:
        >>> build((8, 8, 1), latent_dim=2).name
        'mixture_vae'
    """
    if gated_units is None:
        encoder = conv_encoder(image_shape, filters, activation=activation)
        decoder = conv_decoder(
            image_shape, latent_dim, filters, activation=activation, parameters=likelihood.parameters
        )
    else:
        encoder = mlp_encoder(image_shape, gated_units, gated=True)
        decoder = mlp_decoder(image_shape, latent_dim, gated_units, parameters=likelihood.parameters, gated=True)
    return VAE(
        # Near each other the components all find data to take: spread over 1, three of ten had none after 12 epochs.
        prior=Mixture(latent_dim, components, spread=0.3, train_weights=train_weights),
        posterior=Gaussian(encoder, latent_dim),
        likelihood=likelihood(decoder),
        objective=objective,
        name="mixture_vae",
    )
