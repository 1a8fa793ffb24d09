"""The sigmoid belief network with one layer of binary latents, trained by VIMCO on the bound of k samples.

Published: for networks of three layers alone.

Mnih and Rezende 2016, "Variational Inference for Monte Carlo Objectives".
"""

from functools import partial

from zoo.models.sigmoid_belief_network import build as sigmoid_belief_network
from zoo.objectives.vimco import vimco

GROUP = "discrete codes"


def build(image_shape, latent_dim=200, k=5):
    """p(z_d = 1) = sigmoid(b_d), p(x_i = 1|z) = sigmoid(W z + c)_i, q(z_d = 1|x) = sigmoid(V x + d)_d.

    Args:
        image_shape: (height, width, channels).
        latent_dim: how many bits z has.
        k: the number of samples in the bound, at least 2.

    Example:
        >>> build((8, 8, 1), latent_dim=5).name
        'vimco'
    """
    return sigmoid_belief_network(image_shape, latent_dim, objective=partial(vimco, num_samples=k)).replace(
        name="vimco"
    )
