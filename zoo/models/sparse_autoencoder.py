"""The sparse autoencoder: one layer of many units, of which a penalty leaves few active.

By the L1 norm of a rectified code, or, with `rate`, by the divergence of each sigmoid unit's mean activation over a
batch from that rate. Encoder and decoder have the same weights, transposed. No likelihood is published.

Ng 2011, "Sparse Autoencoder", CS294A lecture notes, section 3, for the rate; Olshausen and Field 1996, "Emergence of
Simple-Cell Receptive Field Properties by Learning a Sparse Code for Natural Images", for the L1 norm.
"""

from functools import partial

from zoo.autoencoder import Autoencoder, cross_entropy, squared_error
from zoo.data.pixels import UNIT
from zoo.errors import InputError
from zoo.networks.mlp import mlp_encoder
from zoo.networks.shapes import check_sizes
from zoo.networks.tied_decoder import TiedDecoder
from zoo.numerics.counts import check_positive
from zoo.penalties.kl_to_rate import kl_to_rate
from zoo.penalties.l1 import l1

GROUP = "autoencoders"


def build(image_shape, latent_dim=1000, rate=None, weight=None, binary=False, range=UNIT):
    """z = relu(x W + b), y = z W' + c, and weight sum_j |z_j|; with a rate sigmoids and sum_j KL(rate || mean of z_j).

    Args:
        image_shape: (height, width, channels).
        latent_dim: how many units the code has.
        rate: the share of images that each unit is to be active for, in (0, 1); None for the L1 norm.
        weight: what the penalty counts for; None for 0.1 with the L1 norm and 1 with a rate.
        range: (low, high) that the images lie in; None for any numbers.
        binary: trained on the cross-entropy of pixels in [0, 1], through a sigmoid; else on the squared error.

    Example:
        >>> build((8, 8, 1), latent_dim=2).name
        'sparse_autoencoder'
    """
    (latent_dim,) = check_sizes("latent_dim", (latent_dim,))
    if rate is not None and not 0 < rate < 1:
        raise InputError(f"rate is {rate!r}, but must be a number above 0 and below 1, or None.")
    if weight is None:
        weight = 0.1 if rate is None else 1.0
    check_positive("weight", weight)
    encoder = mlp_encoder(image_shape, (latent_dim,), "relu" if rate is None else "sigmoid")
    return Autoencoder(
        encoder,
        TiedDecoder(encoder, "sigmoid" if binary else None),
        loss=cross_entropy if binary else squared_error,
        penalty=partial(l1, weight=weight) if rate is None else partial(kl_to_rate, rate=rate, weight=weight),
        range=range,
        name="sparse_autoencoder",
    )
