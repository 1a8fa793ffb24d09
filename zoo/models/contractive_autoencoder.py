"""The contractive autoencoder: a code that changes little where the image does, but along the data.

Of one layer the penalty is exact, of several it is estimated by random projections. One layer's decoder has the
encoder's weights, transposed.

Published, test error on MNIST of a classifier fine-tuned from one such layer of 1000 units: 1.14 %, where the plain
autoencoder has 1.78 % (table 1).

Rifai et al. 2011, "Contractive Auto-Encoders: Explicit Invariance During Feature Extraction", equation 1 and table 1.
"""

from functools import partial

import keras

from zoo.autoencoder import Autoencoder, cross_entropy, squared_error
from zoo.data.pixels import UNIT
from zoo.networks.mlp import mlp_decoder, mlp_encoder
from zoo.networks.shapes import check_sizes
from zoo.networks.tied_decoder import TiedDecoder
from zoo.numerics.counts import check_positive
from zoo.penalties.contractive import contractive
from zoo.penalties.encoder_jacobian import EncoderJacobian

GROUP = "autoencoders"


def build(image_shape, latent_dim=1000, units=None, weight=0.1, projections=1, binary=False, range=UNIT):
    """z = sigmoid(x W + b), y = z W' + c, and weight ||dz/dx||^2.

    Args:
        image_shape: (height, width, channels).
        latent_dim: how many units the code has.
        units: the widths of sigmoid layers between the image and the code; None for the paper's one layer.
        weight: what the penalty counts for; None for no penalty, the plain autoencoder to which the paper compares.
        projections: with `units`, how many random projections of the Jacobian estimate its norm.
        range: (low, high) that the images lie in; None for any numbers.
        binary: trained on the cross-entropy of pixels in [0, 1], through a sigmoid; else on the squared error.

    Example:
        >>> build((8, 8, 1), latent_dim=2).name
        'contractive_autoencoder'
    """
    (latent_dim,) = check_sizes("latent_dim", (latent_dim,))
    last = "sigmoid" if binary else None
    if units is None:
        encoder = mlp_encoder(image_shape, (latent_dim,), "sigmoid")
        decoder = TiedDecoder(encoder, last)
    else:
        units = check_sizes("units", units)
        encoder = mlp_encoder(image_shape, (*units, latent_dim), "sigmoid")
        layers = [
            mlp_decoder(image_shape, latent_dim, units, "sigmoid"),
            keras.layers.Activation(last, dtype="float32"),
        ]
        decoder = keras.Sequential(layers, name="decoder")
    penalty = None
    if weight is not None:
        check_positive("weight", weight)
        exact = units is None
        penalty = partial(contractive, weight=weight) if exact else EncoderJacobian(weight, projections)
    return Autoencoder(
        encoder,
        decoder,
        loss=cross_entropy if binary else squared_error,
        penalty=penalty,
        range=range,
        name="contractive_autoencoder",
    )
