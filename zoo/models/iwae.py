"""Burda et al.'s one-layer importance-weighted autoencoder.

Published, dynamically binarized MNIST, -log p(x) in nats / active units: k = 1 86.76 / 19, k = 5 85.54 / 22, k = 50
84.78 / 25 (3280 passes over the data, batches of 20, Adam with a learning rate that falls from 1e-3 to 1e-4).

Burda et al. 2016, "Importance Weighted Autoencoders", table 1 and section 5.1.
"""

from zoo.errors import InputError
from zoo.likelihoods.bernoulli import Bernoulli
from zoo.networks.mlp import mlp_decoder, mlp_encoder
from zoo.numerics.counts import check_count
from zoo.objectives.iwae import iwae
from zoo.part import given
from zoo.posteriors.gaussian import Gaussian
from zoo.priors.standard_normal import StandardNormal
from zoo.vae import VAE

GROUP = "bounds"


def build(image_shape, latent_dim=50, k=None, units=(200, 200), gradient_samples=None, objective=iwae):
    """784-200-200-50 and back with tanh, q(z|x) = N(loc(x), scale(x)^2), p(z) = N(0, I), trained on L_k.

    Args:
        image_shape: (height, width, channels).
        latent_dim: the size of z.
        k: the number of samples in the bound; None for the objective's own, 5.
        units: the width of each hidden layer.
        gradient_samples: how many of the k the gradient is taken of, chosen by their weights, which for a large k saves
            most of the time; None for all.
        objective: what training maximizes, a function of `zoo/objectives`.

    Example:
        >>> build((8, 8, 1), latent_dim=2, k=50).name
        'iwae'
    """
    for name, count in {"k": k, "gradient_samples": gradient_samples}.items():
        if count is not None:
            check_count(name, count)
    if k is not None and gradient_samples is not None and gradient_samples > k:
        raise InputError(f"gradient_samples is {gradient_samples}, but must be at most k, which is {k}.")
    return VAE(
        prior=StandardNormal(latent_dim),
        posterior=Gaussian(mlp_encoder(image_shape, units), latent_dim),
        likelihood=Bernoulli(mlp_decoder(image_shape, latent_dim, units)),
        objective=given(objective, num_samples=k, gradient_samples=gradient_samples),
        name="iwae",
    )
