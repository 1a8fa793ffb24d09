"""The sigmoid belief network with one layer of binary latents, trained by NVIL: learned baselines.

Published, the best bound in training, in nats, of 200 latents in one linear layer: binarized MNIST -112.5, OMNIGLOT
-117.44 (Grathwohl et al. 2018, "Backpropagation through the Void").

Mnih and Gregor 2014, "Neural Variational Inference and Learning in Belief Networks", section 2.3.
"""

from zoo.models.sigmoid_belief_network import build as sigmoid_belief_network
from zoo.objectives.nvil import NVIL

GROUP = "discrete codes"


def build(image_shape, latent_dim=200, units=(100,), samples=1):
    """p(z_d = 1) = sigmoid(b_d), p(x_i = 1|z) = sigmoid(W z + c)_i, q(z_d = 1|x) = sigmoid(V x + d)_d.

    Args:
        image_shape: (height, width, channels).
        latent_dim: how many bits z has.
        units: the width of each hidden layer of the baseline.
        samples: draws of z for each image in a step.

    Example:
        >>> build((8, 8, 1), latent_dim=5).name
        'nvil'
    """
    return sigmoid_belief_network(image_shape, latent_dim, objective=NVIL(units, samples)).replace(name="nvil")
