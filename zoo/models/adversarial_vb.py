"""Adversarial variational Bayes: a posterior of any shape, trained by a rival that learns its density.

Published: log p(x) on MNIST, binarized anew, by annealed importance sampling, of 8 latents: -89.6 +- 0.4 with adaptive
contrast and -91.2 +- 0.6 without, where a Gaussian posterior has -90.9 +- 0.6; of 32 latents -80.2 with it and -81.9.

Mescheder et al. 2017, "Adversarial Variational Bayes: Unifying Variational Autoencoders and Generative Adversarial
Networks", algorithm 1 and section 3.3.
"""

from zoo.adversarial_vb import AdversarialVB
from zoo.likelihoods.bernoulli import Bernoulli
from zoo.networks.joint_critic import joint_critic
from zoo.networks.mlp import mlp_decoder, mlp_encoder
from zoo.posteriors.implicit import Implicit
from zoo.priors.standard_normal import StandardNormal

GROUP = "rivals"


def build(
    image_shape,
    latent_dim=8,
    units=(300, 300),
    vectors=16,
    critic_units=(256, 256),
    adaptive=True,
    likelihood=Bernoulli,
):
    """z = loc(x) + sum_m a_m(x) v_m(noise), p(z) = N(0, I), p(x|z), and a critic T(x, z).

    Args:
        image_shape: (height, width, channels).
        latent_dim: the size of z.
        units: the width of each hidden layer, from the image to z; the decoder mirrors it.
        vectors: how many vectors of learned noise z is made of.
        critic_units: the width of each of the critic's hidden layers.
        adaptive: whether the critic compares q(z|x) with a Gaussian of its moments, and not with the prior.
        likelihood: the class of p(x|z).

    Example:
        >>> build((8, 8, 1), latent_dim=2).name
        'adversarial_vb'
    """
    decoder = mlp_decoder(image_shape, latent_dim, units, "elu", parameters=likelihood.parameters)
    return AdversarialVB(
        prior=StandardNormal(latent_dim),
        posterior=Implicit(mlp_encoder(image_shape, units, "elu"), latent_dim, vectors),
        likelihood=likelihood(decoder),
        critic=joint_critic(image_shape, latent_dim, critic_units),
        adaptive=adaptive,
        name="adversarial_vb",
    )
