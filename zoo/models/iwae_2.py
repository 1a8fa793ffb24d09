"""Burda et al.'s importance-weighted autoencoder of two stochastic layers.

Published, dynamically binarized MNIST, -log p(x) in nats / active units of the lower + the upper layer: k = 1 85.33 /
16+5, k = 5 83.89 / 21+5, k = 50 82.90 / 26+7 (3280 passes over the data, batches of 20, Adam with a learning rate that
falls from 1e-3 to 1e-4). The one-layer `iwae` is at 86.76, 85.54 and 84.78.

Burda et al. 2016, "Importance Weighted Autoencoders", equations 1 and 2, table 1 and section 5.1.
"""

import keras

from zoo.errors import InputError
from zoo.likelihoods.bernoulli import Bernoulli
from zoo.networks.mlp import mlp_decoder, mlp_encoder
from zoo.networks.shapes import check_sizes, split_in_two
from zoo.networks.take import Take
from zoo.numerics.counts import check_count
from zoo.objectives.iwae import iwae
from zoo.part import given
from zoo.posteriors.gaussian import Gaussian
from zoo.posteriors.hierarchical import Hierarchical as HierarchicalPosterior
from zoo.priors.hierarchical import Hierarchical as HierarchicalPrior
from zoo.priors.standard_normal import StandardNormal
from zoo.vae import VAE

GROUP = "hierarchies"


def build(
    image_shape,
    latent_dim=150,
    upper_dim=None,
    k=None,
    units=(200, 200),
    upper_units=(100, 100),
    gradient_samples=None,
    likelihood=Bernoulli,
    objective=iwae,
):
    """784-200-200-100-100-100-50 and back with tanh, Gaussians, p(z2) = N(0, I), trained on L_k.

    Args:
        image_shape: (height, width, channels).
        latent_dim: the size of z = [z1, z2], both layers.
        upper_dim: the size of z2, the layer far from the image; None for a third.
        k: the number of samples in the bound; None for the objective's own, 5.
        units: the width of each hidden layer between the image and z1.
        upper_units: the width of each hidden layer between z1 and z2.
        gradient_samples: how many of the k the gradient is taken of, as of `iwae`; None for all.
        likelihood: the class of p(x|z).
        objective: what training maximizes, a function of `zoo/objectives`.

    Example:
        >>> build((8, 8, 1), latent_dim=3, k=50).name
        'iwae_2'
    """
    lower_dim, upper_dim = split_in_two(latent_dim, upper_dim)
    upper_units = check_sizes("upper_units", upper_units)
    for name, count in {"k": k, "gradient_samples": gradient_samples}.items():
        if count is not None:
            check_count(name, count)
    if k is not None and gradient_samples is not None and gradient_samples > k:
        raise InputError(f"gradient_samples is {gradient_samples}, but must be at most k, which is {k}.")
    up, down = mlp_encoder((lower_dim,), upper_units), mlp_encoder((upper_dim,), upper_units[::-1])
    # p(x|z) sees z1 alone.
    decoder = mlp_decoder(image_shape, lower_dim, units, parameters=likelihood.parameters)
    decoder = keras.Sequential([keras.Input((lower_dim + upper_dim,)), Take(0, lower_dim), *decoder.layers])
    return VAE(
        prior=HierarchicalPrior(StandardNormal(upper_dim), down, lower_dim),
        posterior=HierarchicalPosterior(Gaussian(mlp_encoder(image_shape, units), lower_dim), up, upper_dim),
        likelihood=likelihood(decoder),
        objective=given(objective, num_samples=k, gradient_samples=gradient_samples),
        name="iwae_2",
    )
