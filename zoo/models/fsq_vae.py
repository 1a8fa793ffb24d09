"""Finite scalar quantization: each number of a few is rounded to one of a few levels, and there is no codebook.

A PixelCNN is the prior of the codes, trained along with the rest on codes that it doesn't move.

Mentzer et al. 2024, "Finite Scalar Quantization: VQ-VAE Made Simple".
"""

from zoo.likelihoods.bernoulli import Bernoulli
from zoo.networks.code_decoder import CodeDecoder
from zoo.networks.grid_conv import grid_decoder, grid_encoder
from zoo.networks.shapes import check_sizes
from zoo.priors.autoregressive_codes import AutoregressiveCodes
from zoo.quantizers.finite_scalar import FiniteScalar
from zoo.vq_vae import VQVAE

GROUP = "discrete codes"


def build(
    image_shape,
    channel_levels=(5, 5, 5),
    filters=(32, 64),
    blocks=2,
    prior_filters=32,
    prior_blocks=3,
    likelihood=Bernoulli,
):
    """x -> convolutions -> a few rounded numbers at each place -> transposed convolutions -> p(x|z).

    Args:
        image_shape: (height, width, channels).
        channel_levels: how many levels each of the numbers has; a code is one of their product.
        filters: the feature maps of each convolution, each of which halves the image.
        blocks: how many residual blocks come after them.
        prior_filters: the feature maps of the PixelCNN over the codes.
        prior_blocks: its layers after the first.
        likelihood: the class of p(x|z).

    Example:
        >>> build((8, 8, 1), channel_levels=(4, 3), filters=(4, 4)).quantizer.classes
        12
    """
    levels = check_sizes("channel_levels", channel_levels)
    quantizer = FiniteScalar(grid_encoder(image_shape, len(levels), filters, blocks), levels)
    decoder = grid_decoder(image_shape, len(levels), filters, blocks, parameters=likelihood.parameters)
    return VQVAE(
        quantizer,
        likelihood(CodeDecoder(quantizer, decoder)),
        AutoregressiveCodes(quantizer.grid, quantizer.classes, prior_filters, prior_blocks),
        name="fsq_vae",
    )
