"""The variational autoencoder of Li & Turner's Renyi bound: between the ELBO and the importance-weighted bound.

Li and Turner 2016, "Renyi Divergence Variational Inference"; Burda et al. 2016, "Importance Weighted Autoencoders",
section 5.1, for the networks.
"""

from functools import partial

from zoo.likelihoods.bernoulli import Bernoulli
from zoo.networks.mlp import mlp_decoder, mlp_encoder
from zoo.networks.shapes import check_sizes
from zoo.objectives.renyi import renyi
from zoo.posteriors.gaussian import Gaussian
from zoo.priors.standard_normal import StandardNormal
from zoo.vae import VAE

GROUP = "bounds"


def build(image_shape, latent_dim=50, alpha=0.5, k=5, units=(200, 200)):
    """784-200-200-50 and back with tanh, q(z|x) = N(loc(x), scale(x)^2), p(z) = N(0, I), trained on L_alpha of k draws.

    Args:
        image_shape: (height, width, channels).
        latent_dim: the size of z.
        alpha: 1 is the ELBO, 0 the importance-weighted bound; below 0 it is no bound.
        k: the number of samples.
        units: the width of each hidden layer.

    Example:
        >>> build((8, 8, 1), latent_dim=2, alpha=0.0).name
        'renyi_vae'
    """
    (k,) = check_sizes("k", (k,))
    return VAE(
        prior=StandardNormal(latent_dim),
        posterior=Gaussian(mlp_encoder(image_shape, units), latent_dim),
        likelihood=Bernoulli(mlp_decoder(image_shape, latent_dim, units)),
        objective=partial(renyi, alpha=alpha, num_samples=k),
        name="renyi_vae",
    )
