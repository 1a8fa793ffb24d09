"""The regularized autoencoder: no noise, a code that is kept small and a decoder that is kept smooth.

A mixture of Gaussians that is fitted to the codes afterwards (`zoo fit-prior`, or `fit_mixture_prior` of
`zoo.fitting.ex_post`) makes it a generator. What keeps the decoder smooth is the squared norm of its weights, or the
squared norm of its Jacobian at the codes, or a limit on the spectral norm of its kernels.

Published, Frechet distances on MNIST of reconstructions, of samples from N(0, I) and of samples from a mixture of ten
Gaussians, by Inception's features: RAE-L2 10.53, 22.22, 8.69; RAE-GP 14.04, 22.21, 11.54; RAE-SN 15.65, 19.67, 11.74;
the VAE 18.26, 19.21, 17.66; the plain autoencoder 12.95, 58.73, 10.66 (table 1).

Ghosh et al. 2020, "From Variational to Deterministic Autoencoders", section 3 and table 1.
"""

from functools import partial

import keras

from zoo.autoencoder import Autoencoder, squared_error
from zoo.data.pixels import UNIT
from zoo.networks.conv import conv_decoder, conv_encoder
from zoo.networks.shapes import check_sizes
from zoo.networks.spectral_norm import SpectralNorm
from zoo.numerics.counts import check_positive
from zoo.penalties.decoder_jacobian import DecoderJacobian
from zoo.penalties.decoder_l2 import decoder_l2
from zoo.penalties.l2 import l2

GROUP = "autoencoders"


def build(
    image_shape,
    latent_dim=16,
    filters=(32, 64),
    code_weight=0.01,
    decoder_weight=1e-3,
    slope_weight=None,
    limit=None,
    range=UNIT,
):
    """x -> convolutions -> z -> transposed convolutions -> y, |x - y|^2 + code_weight / 2 |z|^2 + decoder's terms.

    Args:
        image_shape: (height, width, channels).
        latent_dim: the size of the code z.
        filters: the feature maps of each convolution, from the image to z.
        code_weight: what the code's squared norm counts for.
        decoder_weight: what the squared norm of the decoder's weights counts for (RAE-L2); None for nothing.
        slope_weight: what the squared norm of the decoder's Jacobian counts for (RAE-GP); None for nothing.
        limit: of the spectral norm of each of the decoder's kernels (RAE-SN); None for none.
        range: (low, high) that the images lie in; None for any numbers.

    Example:
        >>> build((8, 8, 1), latent_dim=2).name
        'regularized_autoencoder'
    """
    (latent_dim,) = check_sizes("latent_dim", (latent_dim,))
    for name, weight in {"code": code_weight, "decoder": decoder_weight, "slope": slope_weight}.items():
        check_positive(f"{name}_weight", weight)
    penalties = [partial(l2, weight=code_weight)]
    penalties += [] if decoder_weight is None else [partial(decoder_l2, weight=decoder_weight)]
    penalties += [] if slope_weight is None else [DecoderJacobian(slope_weight)]
    constraint = None if limit is None else SpectralNorm(limit)
    return Autoencoder(
        keras.Sequential([conv_encoder(image_shape, filters), keras.layers.Dense(latent_dim)], name="encoder"),
        conv_decoder(image_shape, latent_dim, filters, constraint=constraint),
        loss=squared_error,
        penalty=tuple(penalties),
        range=range,
        name="regularized_autoencoder",
    )
