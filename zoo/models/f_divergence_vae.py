"""A VAE against blur: an f-divergence of its samples from the data, as a critic finds it, beside the ELBO.

What it maximizes is no bound; `zoo evaluate` gives one. Renyi's divergences, which need no critic, are `renyi_vae`'s:
they change what q(z|x) is held to, this one what the samples are.

Nowozin et al. 2016, "f-GAN: Training Generative Neural Samplers using Variational Divergence Minimization".
"""

from zoo.likelihoods.gaussian import Gaussian
from zoo.models.conv_vae import build as conv_vae
from zoo.numerics.f_divergence import jensen_shannon
from zoo.objectives.f_divergence_elbo import FDivergenceELBO

GROUP = "bounds"


def build(
    image_shape,
    latent_dim=32,
    divergence=jensen_shannon,
    weight=50.0,
    critic_filters=(32, 64),
    filters=(32, 64),
    likelihood=Gaussian,
):
    """q(z|x) = N(loc(x), scale(x)^2), p(z) = N(0, I), the ELBO less weight D_f(data || samples).

    Args:
        image_shape: (height, width, channels).
        latent_dim: the size of z.
        divergence: a function of `zoo.numerics.f_divergence`.
        weight: what the divergence counts for.
        critic_filters: the feature maps of each convolution of the critic.
        filters: the feature maps of each convolution, from the image to z.
        likelihood: the class of p(x|z).

    Example:
        >>> build((8, 8, 1), latent_dim=2).name
        'f_divergence_vae'
    """
    objective = FDivergenceELBO(divergence, weight, critic_filters)
    return conv_vae(image_shape, latent_dim, filters, likelihood=likelihood, objective=objective).replace(
        name="f_divergence_vae"
    )
