"""A VQ-VAE with residual quantization: at each place several codes, each for what those before it have left.

The prior's PixelCNN takes a place's codes for channels that see those before them, and is trained along with the rest.
The paper has one codebook for all depths, a loss of features and of a discriminator, and a transformer for a prior.

Lee et al. 2022, "Autoregressive Image Generation using Residual Quantization", section 3.1.
"""

from zoo.likelihoods.bernoulli import Bernoulli
from zoo.networks.code_decoder import CodeDecoder
from zoo.networks.grid_conv import grid_decoder, grid_encoder
from zoo.priors.autoregressive_codes import AutoregressiveCodes
from zoo.quantizers.residual_codebook import ResidualCodebook
from zoo.vq_vae import VQVAE

GROUP = "discrete codes"


def build(
    image_shape,
    size=32,
    depth=3,
    dim=16,
    filters=(32, 64),
    blocks=2,
    decay=0.99,
    beta=0.25,
    prior_filters=32,
    prior_blocks=3,
    likelihood=Bernoulli,
):
    """x -> convolutions -> the sum of `depth` vectors at each place -> transposed convolutions -> p(x|z).

    `start_from(images)` lets the vectors begin where the encoder puts images; `zoo train` calls it.

    Args:
        image_shape: (height, width, channels).
        size: how many vectors each codebook has.
        depth: how many codebooks, one after the other.
        dim: the size of the vectors.
        filters: the feature maps of each convolution, each of which halves the image.
        blocks: how many residual blocks come after them.
        decay: of the moving averages that the vectors are; None for vectors that are trained by a loss.
        beta: how much the encoder's vectors are drawn to those of the codebooks.
        prior_filters: the feature maps of the PixelCNN over the codes.
        prior_blocks: its layers after the first.
        likelihood: the class of p(x|z).

    Example:
        >>> build((8, 8, 1), size=8, depth=2, filters=(4, 4)).latent_dim
        8
    """
    quantizer = ResidualCodebook(grid_encoder(image_shape, dim, filters, blocks), size, depth, decay, beta)
    decoder = grid_decoder(image_shape, dim, filters, blocks, parameters=likelihood.parameters)
    return VQVAE(
        quantizer,
        likelihood(CodeDecoder(quantizer, decoder)),
        AutoregressiveCodes(quantizer.grid, quantizer.classes, prior_filters, prior_blocks),
        name="residual_vq_vae",
    )
