"""The zoo's default: convolutions, an inverse autoregressive flow posterior and a mixture prior.

A flow lets the posterior take the shapes that the mixture asks of it.

Kingma et al. 2016, "Improving Variational Inference with Inverse Autoregressive Flow", algorithm 1; Tomczak and Welling
2018, "VAE with a VampPrior", equation 8. Published: no table has the two together.
"""

from zoo.likelihoods.bernoulli import Bernoulli
from zoo.networks.conv import conv_decoder, conv_encoder
from zoo.objectives.elbo import elbo
from zoo.posteriors.iaf import IAF
from zoo.priors.mixture import Mixture
from zoo.vae import VAE

GROUP = "to begin with"


def build(
    image_shape,
    latent_dim=32,
    components=10,
    train_weights=False,
    steps=2,
    units=(320,),
    filters=(32, 64),
    activation="relu",
    likelihood=Bernoulli,
    objective=elbo,
):
    """q(z|x) by autoregressive steps from a Gaussian, p(z) = sum_k w_k N(m_k, s_k^2).

    Args:
        image_shape: (height, width, channels).
        latent_dim: the size of z.
        components: the number of Gaussians in the prior, K.
        train_weights: whether their weights w_k are trained; else all are 1/K.
        steps: how many autoregressive steps.
        units: the width of each hidden layer of each step's MADE.
        filters: the feature maps of each convolution, from the image to z.
        activation: of each convolution, a Keras activation.
        likelihood: the class of p(x|z).
        objective: what training maximizes, a function of `zoo/objectives`.

    Example:
        >>> build((8, 8, 1), latent_dim=2).name
        'iaf_mixture_vae'
    """
    return VAE(
        prior=Mixture(latent_dim, components, train_weights=train_weights),
        posterior=IAF(conv_encoder(image_shape, filters, activation=activation), latent_dim, steps, units),
        likelihood=likelihood(
            conv_decoder(image_shape, latent_dim, filters, activation=activation, parameters=likelihood.parameters)
        ),
        objective=objective,
        name="iaf_mixture_vae",
    )
