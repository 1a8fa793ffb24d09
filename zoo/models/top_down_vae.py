"""A top-down VAE of two levels, fully connected: one network for the prior, the posterior and the decoder.

Published: no table has one of two levels like this. The ladder VAE's five levels (64-32-16-8-4, 2000 epochs with batch
normalization and warm-up) are at 82.12 nats on dynamically binarized MNIST, 81.74 after further training.

Sonderby et al. 2016, "Ladder Variational Autoencoders", section 2.2 and table 1; Child 2021, "Very Deep VAEs Generalize
Autoregressive Models and Can Outperform Them on Images", section 3.2, for the residual path that the levels add to;
Vahdat and Kautz 2020, "NVAE: A Deep Hierarchical Variational Autoencoder", section 3.2.
"""

import keras

from zoo.likelihoods.bernoulli import Bernoulli
from zoo.networks.mlp import mlp_decoder, mlp_encoder
from zoo.networks.shapes import split_in_two
from zoo.networks.top_down import TopDown
from zoo.objectives.elbo import elbo
from zoo.posteriors.top_down import TopDown as TopDownPosterior
from zoo.priors.top_down import TopDown as TopDownPrior
from zoo.vae import VAE

GROUP = "hierarchies"


def build(
    image_shape, latent_dim=48, upper_dim=None, units=(300, 300), width=300, likelihood=Bernoulli, objective=elbo
):
    """h_(l+1) = h_l + f_l(h_l, z_l); p(z_l|...) is made of h_l, q(z_l|..., x) of h_l and x, p(x|z) of the last h.

    Args:
        image_shape: (height, width, channels).
        latent_dim: the size of z = [z1, z2], both levels.
        upper_dim: the size of z1, the top; None for a third.
        units: the width of each hidden layer between the image and the levels.
        width: that of h, and of each step's hidden layer.
        likelihood: the class of p(x|z).
        objective: what training maximizes, a function of `zoo/objectives`.

    Example:
        >>> build((8, 8, 1), latent_dim=3).name
        'top_down_vae'
    """
    lower_dim, upper_dim = split_in_two(latent_dim, upper_dim)
    network = TopDown((upper_dim, lower_dim), width)
    decoder = mlp_decoder(image_shape, width, units, "elu", parameters=likelihood.parameters)
    decoder = keras.Sequential([keras.Input((lower_dim + upper_dim,)), network, *decoder.layers])
    return VAE(
        prior=TopDownPrior(network),
        posterior=TopDownPosterior(mlp_encoder(image_shape, units, "elu"), network),
        likelihood=likelihood(decoder),
        objective=objective,
        name="top_down_vae",
    )
