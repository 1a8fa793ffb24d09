"""A VAE whose reconstructions are compared by their structural similarity over several scales (MS-SSIM).

There is no density of images, and no log p(x) to judge it by: it is an autoencoder whose codes are drawn.

Snell et al. 2017, "Learning to Generate Images with Perceptual Similarity Metrics".
"""

from functools import partial

from zoo.autoencoder import Autoencoder
from zoo.networks.conv import conv_decoder, conv_encoder
from zoo.networks.drawn_code import DrawnCode
from zoo.networks.structural_distance import structural_distance
from zoo.penalties.kl_to_prior import kl_to_prior
from zoo.posteriors.gaussian import Gaussian
from zoo.priors.standard_normal import StandardNormal

GROUP = "autoencoders"


def build(image_shape, latent_dim=20, weight=100.0, filters=(32, 64)):
    """q(z|x) = N(loc(x), scale(x)^2), z -> y, KL(q(z|x) || N(0, I)) + weight (1 - MS-SSIM(x, y)).

    Args:
        image_shape: (height, width, channels); pixels in [0, 1].
        latent_dim: the size of z.
        weight: what the distance counts for, in nats.
        filters: the feature maps of each convolution, from the image to z.

    Example:
        >>> build((8, 8, 1), latent_dim=2).name
        'ms_ssim_vae'
    """
    return Autoencoder(
        DrawnCode(Gaussian(conv_encoder(image_shape, filters), latent_dim)),
        conv_decoder(image_shape, latent_dim, filters),
        loss=partial(structural_distance, weight=weight),
        penalty=kl_to_prior,
        prior=StandardNormal(latent_dim),
        name="ms_ssim_vae",
    )
