"""PixelVAE: a convolutional VAE whose decoder sees the pixels before each pixel as well as z.

Published, binarized MNIST, -log p(x) in nats: with gated layers 79.02 (bound 79.66); the same pixel network without z
80.10; the convolutional VAE without it 87.41 (bound).

Gulrajani et al. 2017, "PixelVAE: A Latent Variable Model for Natural Images", section 3 and table 1.
"""

from zoo.likelihoods.pixel_cnn import PixelCNN
from zoo.networks.conv import conv_decoder, conv_encoder
from zoo.posteriors.gaussian import Gaussian
from zoo.priors.standard_normal import StandardNormal
from zoo.vae import VAE

GROUP = "likelihoods"


def build(image_shape, latent_dim=32, filters=(32, 64), pixel_filters=16, blocks=3, size=5, first=7, pixels=None):
    """q(z|x) = N(loc(x), scale(x)^2), p(z) = N(0, I), p(x|z) = prod_i p(x_i | x_1 ... x_(i-1), decoder(z)).

    Args:
        image_shape: (height, width, channels).
        latent_dim: the size of z.
        filters: the feature maps of each convolution, from the image to z.
        pixel_filters: the feature maps of the network over the pixels.
        blocks: how many of its layers come after the first.
        size: of their kernels, odd.
        first: the size of its first layer's kernels, odd.
        pixels: what a pixel is given those before it, a likelihood without a decoder; None for black or white. In
            colour it sees its channels before it, unless these are black or white.

    Example:
        >>> build((8, 8, 1), latent_dim=2).name
        'pixel_vae'
    """
    decoder = conv_decoder(image_shape, latent_dim, filters, parameters=PixelCNN.parameters)
    return VAE(
        prior=StandardNormal(latent_dim),
        posterior=Gaussian(conv_encoder(image_shape, filters), latent_dim),
        likelihood=PixelCNN(
            decoder, pixel_filters, blocks, size, first, pixels, in_order=pixels is not None and image_shape[-1] > 1
        ),
        name="pixel_vae",
    )
