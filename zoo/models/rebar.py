"""The sigmoid belief network with one layer of binary latents, trained by REBAR.

Published, the best bound in training, in nats, of 200 latents in one linear layer: binarized MNIST -111.6, OMNIGLOT
-116.63 (Grathwohl et al. 2018, "Backpropagation through the Void").

Tucker et al. 2017, "REBAR: Low-variance, unbiased gradient estimates for discrete latent variable models".
"""

from zoo.models.sigmoid_belief_network import build as sigmoid_belief_network
from zoo.objectives.rebar import REBAR

GROUP = "discrete codes"


def build(image_shape, latent_dim=200, samples=1, temperature=0.5):
    """p(z_d = 1) = sigmoid(b_d), p(x_i = 1|z) = sigmoid(W z + c)_i, q(z_d = 1|x) = sigmoid(V x + d)_d.

    Args:
        image_shape: (height, width, channels).
        latent_dim: how many bits z has.
        samples: draws of z for each image in a step.
        temperature: what that of the control variate begins at.

    Example:
        >>> build((8, 8, 1), latent_dim=5).name
        'rebar'
    """
    return sigmoid_belief_network(image_shape, latent_dim, objective=REBAR(samples, temperature)).replace(name="rebar")
