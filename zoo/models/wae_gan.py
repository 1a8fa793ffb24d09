"""The Wasserstein autoencoder whose codes a critic keeps where the prior is (WAE-GAN).

Published: Frechet distance of samples of CelebA by Inception's features 42, where WAE-MMD has 55 and a VAE 63.

Tolstikhin et al. 2018, "Wasserstein Auto-Encoders", algorithm 1 and table 1.
"""

from zoo.data.pixels import UNIT
from zoo.models.wae_mmd import build as wae_mmd
from zoo.networks.code_critic import code_critic
from zoo.penalties.adversarial import Adversarial

GROUP = "rivals"


def build(image_shape, latent_dim=8, filters=(32, 64), critic_units=(256, 256), weight=10.0, range=UNIT):
    """x -> convolutions -> z -> transposed convolutions -> y; |x - y|^2 + weight softplus(-D(z)), and the critic's own.

    Args:
        image_shape: (height, width, channels).
        latent_dim: the size of the code z.
        filters: the feature maps of each convolution, from the image to z.
        critic_units: the width of each of the critic's hidden layers.
        weight: what fooling the critic counts for, the paper's lambda.
        range: (low, high) that the images lie in; None for any numbers.

    Example:
        >>> build((8, 8, 1), latent_dim=2).name
        'wae_gan'
    """
    penalty = Adversarial(code_critic(latent_dim, critic_units), weight)
    return wae_mmd(image_shape, latent_dim, filters=filters, range=range).replace(penalty=penalty, name="wae_gan")
