"""The sigmoid belief network with one layer of binary latents, trained by MuProp.

Published, the best bound in training, in nats, of 200 latents in one linear layer: binarized MNIST -111.7, OMNIGLOT
-117.09 (Grathwohl et al. 2018, "Backpropagation through the Void").

Gu et al. 2016, "MuProp: Unbiased Backpropagation for Stochastic Neural Networks".
"""

from functools import partial

from zoo.models.sigmoid_belief_network import build as sigmoid_belief_network
from zoo.objectives.muprop import muprop

GROUP = "discrete codes"


def build(image_shape, latent_dim=200, samples=1):
    """p(z_d = 1) = sigmoid(b_d), p(x_i = 1|z) = sigmoid(W z + c)_i, q(z_d = 1|x) = sigmoid(V x + d)_d.

    Args:
        image_shape: (height, width, channels).
        latent_dim: how many bits z has.
        samples: draws of z for each image in a step.

    Example:
        >>> build((8, 8, 1), latent_dim=5).name
        'muprop'
    """
    return sigmoid_belief_network(image_shape, latent_dim, objective=partial(muprop, num_samples=samples)).replace(
        name="muprop"
    )
