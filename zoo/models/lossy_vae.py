"""The lossy VAE: a decoder that sees a few pixels before each, so that z is left with what is far apart.

Published, binarized MNIST, -log p(x) in nats: static 79.03, dynamic 78.53. With the same decoder, dynamic: without z
87.55, with the prior N(0, I) 79.48, with an autoregressive one 78.94.

Chen et al. 2017, "Variational Lossy Autoencoder", sections 2 and 3.
"""

from zoo.likelihoods.pixel_cnn import PixelCNN
from zoo.networks.conv import conv_decoder, conv_encoder
from zoo.numerics.counts import check_count
from zoo.objectives.elbo import elbo
from zoo.posteriors.gaussian import Gaussian
from zoo.priors.flow import Flow
from zoo.vae import VAE

GROUP = "likelihoods"


def build(
    image_shape,
    latent_dim=32,
    field=2,
    filters=(32, 64),
    pixel_filters=16,
    steps=4,
    units=(64, 64),
    pixels=None,
    objective=elbo,
):
    """q(z|x) = N(loc(x), scale(x)^2), p(z) = a flow of N(0, I), p(x|z) = prod_i p(x_i | pixels near by, decoder(z)).

    A pixel sees those before it within `field` rows and columns. What these tell of it needs no z, and costs nothing of
    the KL term: texture is left to them. The paper's flows are autoregressive; this prior's are affine couplings.

    Args:
        image_shape: (height, width, channels).
        latent_dim: the size of z, 2 at least.
        field: how many rows above a pixel, and columns beside it, it sees.
        filters: the feature maps of each convolution, from the image to z.
        pixel_filters: the feature maps of the network over the pixels.
        steps: how many couplings the prior has.
        units: the width of each hidden layer of each coupling's network.
        pixels: what a pixel is given those before it, a likelihood without a decoder; None for black or white. In
            colour it sees its channels before it, unless these are black or white.
        objective: what training maximizes, a function of `zoo/objectives`; `free_bits` keeps z in use, as the paper's.

    Example:
        >>> build((8, 8, 1), latent_dim=2, field=1).likelihood.autoregressive
        True
    """
    check_count("field", field)
    decoder = conv_decoder(image_shape, latent_dim, filters, parameters=PixelCNN.parameters)
    likelihood = PixelCNN(
        decoder,
        pixel_filters,
        # Each layer sees a row and a column more.
        blocks=field - 1,
        size=3,
        first=3,
        pixels=pixels,
        in_order=pixels is not None and image_shape[-1] > 1,
    )
    return VAE(
        prior=Flow(latent_dim, steps, units),
        posterior=Gaussian(conv_encoder(image_shape, filters), latent_dim),
        likelihood=likelihood,
        objective=objective,
        name="lossy_vae",
    )
