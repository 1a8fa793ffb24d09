"""The sigmoid belief network with one layer of binary latents, trained by relaxed ones: Gumbel-softmax.

Published, the best bound in training, in nats, of 200 latents in one linear layer: binarized MNIST -111.3, OMNIGLOT
-117.23 (Grathwohl et al. 2018, "Backpropagation through the Void").

Jang et al. 2017, "Categorical Reparameterization with Gumbel-Softmax"; Maddison et al. 2017, "The Concrete
Distribution: A Continuous Relaxation of Discrete Random Variables".
"""

from functools import partial

from zoo.models.sigmoid_belief_network import build as sigmoid_belief_network
from zoo.objectives.gumbel_softmax import gumbel_softmax

GROUP = "discrete codes"


def build(image_shape, latent_dim=200, samples=1, temperature=0.5):
    """p(z_d = 1) = sigmoid(b_d), p(x_i = 1|z) = sigmoid(W z + c)_i, q(z_d = 1|x) = sigmoid(V x + d)_d.

    Args:
        image_shape: (height, width, channels).
        latent_dim: how many bits z has.
        samples: draws of z for each image in a step.
        temperature: of the relaxed bits.

    Example:
        >>> build((8, 8, 1), latent_dim=5).name
        'gumbel_softmax_vae'
    """
    return sigmoid_belief_network(
        image_shape, latent_dim, objective=partial(gumbel_softmax, num_samples=samples, temperature=temperature)
    ).replace(name="gumbel_softmax_vae")
