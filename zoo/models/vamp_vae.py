"""The VAE with a VampPrior: the mixture of its own posteriors of trained pseudo-inputs.

`start_from(images)` lets the pseudo-inputs begin at images; `zoo train` calls it.

Published, -log p(x) in nats, standard normal -> VampPrior: dynamically binarized MNIST 84.50 -> 82.38, statically
binarized MNIST 88.56 -> 85.57 (gated networks of 300-300, 500 pseudo-inputs, up to 2000 epochs with warm-up).

Tomczak and Welling 2018, "VAE with a VampPrior", equation 9 and table 1.
"""

from zoo.likelihoods.bernoulli import Bernoulli
from zoo.networks.mlp import mlp_decoder, mlp_encoder
from zoo.objectives.elbo import elbo
from zoo.posteriors.gaussian import Gaussian
from zoo.priors.standard_normal import StandardNormal
from zoo.priors.vamp import Vamp
from zoo.vae import VAE

GROUP = "priors"


def build(
    image_shape, latent_dim=40, components=500, units=(300, 300), gated=False, likelihood=Bernoulli, objective=elbo
):
    """q(z|x) = N(loc(x), scale(x)^2), p(z) = 1/K sum_k q(z|u_k); 784-300-300-40 and back.

    Args:
        image_shape: (height, width, channels).
        latent_dim: the size of z.
        components: how many pseudo-inputs, K; None for the standard normal, to which the paper compares.
        units: the width of each hidden layer.
        gated: whether hidden layers have gates, as the paper's; else they have ELU.
        likelihood: the class of p(x|z).
        objective: what training maximizes, a function of `zoo/objectives`.

    Example:
        >>> build((8, 8, 1), latent_dim=2, components=5).name
        'vamp_vae'
    """
    posterior = Gaussian(mlp_encoder(image_shape, units, "elu", gated), latent_dim)
    decoder = mlp_decoder(image_shape, latent_dim, units, "elu", likelihood.parameters, gated)
    pixels = likelihood(decoder)
    return VAE(
        prior=StandardNormal(latent_dim)
        if components is None
        else Vamp(posterior, image_shape, components, pixels.range),
        posterior=posterior,
        likelihood=pixels,
        objective=objective,
        name="vamp_vae",
    )
