"""Black-and-white pixels that depend on z and on the pixels before them."""

import numpy as np
from scipy.special import logit

from zoo.distributions.autoregressive_image import AutoregressiveImage
from zoo.distributions.bernoulli_image import BernoulliImage
from zoo.errors import InputError
from zoo.likelihoods.likelihood import Likelihood
from zoo.networks.pixel_cnn import PixelCNN as Network


class PixelCNN(Likelihood):
    """log p(x|z) = sum_i x_i log p_i + (1 - x_i) log(1 - p_i), p_i = sigmoid(network(x_1 ... x_(i-1), decoder(z))_i).

    The pixels come in rows from the upper left; the channels of a pixel don't see each other. A decoder that sees the
    pixels can do without z: with a small network that sees few pixels, what is far apart has to go through z.

    Args:
        decoder: a network, `[B, D]` to `[B, height, width, 8 * channels]`: what each pixel is told of z.
        filters, blocks, size, first: of the network over the pixels, as of `zoo.networks.pixel_cnn.PixelCNN`.

    Returns (of a call on z, `[..., D]`):
        A `zoo.distributions.autoregressive_image.AutoregressiveImage`, `[...]` images `[height, width, channels]`.

    Example:
        >>> from keras import ops
        >>> from zoo.networks.mlp import mlp_decoder
        >>> likelihood = PixelCNN(mlp_decoder((8, 8, 1), latent_dim=2, parameters=PixelCNN.parameters), filters=4)
        >>> tuple(likelihood(ops.zeros([5, 2])).log_prob(ops.zeros([5, 8, 8, 1])).shape)
        (5,)

    References:
        Gulrajani et al. 2017, "PixelVAE: A Latent Variable Model for Natural Images", section 3; Chen et al. 2017,
        "Variational Lossy Autoencoder", section 2, for what z is left with.
    """

    parameters = 8
    binary = True
    autoregressive = True

    def __init__(self, decoder, filters=16, blocks=3, size=5, first=7, **kwargs):
        super().__init__(decoder, **kwargs)
        self.filters, self.blocks, self.size, self.first = filters, blocks, size, first

    def build(self, input_shape):
        super().build(input_shape)
        context_shape = self.decoder.compute_output_shape((None, input_shape[-1]))
        if self.rank != 3:
            raise InputError("decoder gives vectors, but a PixelCNN is for images: give one that makes images.")
        channels = context_shape[-1] // self.parameters
        self.network = Network(channels, self.filters, self.blocks, self.size, self.first)
        self.network.build((*context_shape[:-1], channels), context_shape)

    def distribution(self, output):
        return AutoregressiveImage(self.network, output, BernoulliImage, output.shape[-1] // self.parameters)

    def output_for(self, mean, deviation=None):
        # A pixel that is never set keeps a small chance: its logit stays finite.
        return logit(np.clip(mean, 1e-3, 1 - 1e-3))

    def last_bias(self):
        return self.network.bias

    def check(self, x, name):
        if not np.isin(x, (0, 1)).all():
            raise InputError(
                f"{name} has pixels between black and white, which have no density here: give images of 0 and 1, "
                f"{name} > 0.5, say."
            )
