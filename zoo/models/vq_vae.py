"""The VQ-VAE: each place of a grid has the number of its nearest vector in a codebook for a code.

A PixelCNN is the prior of the codes, trained along with the rest on codes that it doesn't move; the paper trains it
afterwards. Published, CIFAR-10: 4.67 bits per dimension, where a VAE of Gaussian codes has 4.51.

van den Oord et al. 2017, "Neural Discrete Representation Learning", equation 3, section 4.1 and appendix A.1.
"""

from zoo.likelihoods.bernoulli import Bernoulli
from zoo.networks.code_decoder import CodeDecoder
from zoo.networks.grid_conv import grid_decoder, grid_encoder
from zoo.priors.autoregressive_codes import AutoregressiveCodes
from zoo.quantizers.codebook import Codebook
from zoo.vq_vae import VQVAE

GROUP = "discrete codes"


def build(
    image_shape,
    size=128,
    dim=16,
    filters=(32, 64),
    blocks=2,
    decay=0.99,
    beta=0.25,
    prior_filters=32,
    prior_blocks=3,
    likelihood=Bernoulli,
):
    """x -> convolutions -> the nearest of `size` vectors at each place -> transposed convolutions -> p(x|z).

    `start_from(images)` lets the vectors begin where the encoder puts images; `zoo train` calls it.

    Args:
        image_shape: (height, width, channels).
        size: how many vectors the codebook has.
        dim: their size.
        filters: the feature maps of each convolution, each of which halves the image.
        blocks: how many residual blocks come after them.
        decay: of the moving averages that the vectors are; None for vectors that are trained by a loss.
        beta: how much the encoder's vectors are drawn to those of the codebook.
        prior_filters: the feature maps of the PixelCNN over the codes.
        prior_blocks: its layers after the first.
        likelihood: the class of p(x|z).

    Example:
        >>> build((8, 8, 1), size=8, filters=(4, 4)).quantizer.grid
        (2, 2, 1)
    """
    quantizer = Codebook(grid_encoder(image_shape, dim, filters, blocks), size, decay, beta)
    decoder = grid_decoder(image_shape, dim, filters, blocks, parameters=likelihood.parameters)
    return VQVAE(
        quantizer,
        likelihood(CodeDecoder(quantizer, decoder)),
        AutoregressiveCodes(quantizer.grid, quantizer.classes, prior_filters, prior_blocks),
        name="vq_vae",
    )
