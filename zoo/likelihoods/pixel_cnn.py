"""Pixels that depend on z and on the pixels before them."""

import numpy as np

from zoo.distributions.autoregressive_image import AutoregressiveImage
from zoo.errors import InputError
from zoo.likelihoods.bernoulli import Bernoulli
from zoo.likelihoods.likelihood import Likelihood
from zoo.networks.pixel_cnn import PixelCNN as Network


class PixelCNN(Likelihood):
    """log p(x|z) = sum_i log p(x_i; network(x_1 ... x_(i-1), decoder(z))_i).

    The pixels come in rows from the upper left. A decoder that sees the pixels can do without z: with a small network
    that sees few pixels, what is far apart has to go through z.

    Args:
        decoder: a network, `[B, D]` to `[B, height, width, 8 * channels]`: what each pixel is told of z.
        filters, blocks, size, first: of the network over the pixels, as of `zoo.networks.pixel_cnn.PixelCNN`.
        pixels: what p(x_i; ...) is, a likelihood of black-and-white or of 8-bit pixels without a decoder:
            `Categorical(None)`, `DiscretizedLogistic(None)`, `DiscretizedLogisticMixture(None, components=10)`; None
            for `Bernoulli(None)`.
        in_order: whether a pixel's channels see those before it, red, green, blue. Else they know of each other what
            `pixels` says: a mixture of logistics couples them, the others don't.

    Returns (of a call on z, `[..., D]`):
        A `zoo.distributions.autoregressive_image.AutoregressiveImage`, `[...]` images `[height, width, channels]`.

    Raises:
        InputError: pixels of real values, or that see each other; sizes that the network can't have; vectors.

    Example:
        >>> from keras import ops
        >>> from zoo.networks.mlp import mlp_decoder
        >>> likelihood = PixelCNN(mlp_decoder((8, 8, 1), latent_dim=2, parameters=PixelCNN.parameters), filters=4)
        >>> tuple(likelihood(ops.zeros([5, 2])).log_prob(ops.zeros([5, 8, 8, 1])).shape)
        (5,)

    References:
        Gulrajani et al. 2017, "PixelVAE: A Latent Variable Model for Natural Images", section 3; Chen et al. 2017,
        "Variational Lossy Autoencoder", section 2, for what z is left with; van den Oord et al. 2016, "Pixel Recurrent
        Neural Networks", section 3, for channels in order and for 256 values.
    """

    parameters = 8
    binary = True
    autoregressive = True

    def __init__(self, decoder, filters=16, blocks=3, size=5, first=7, pixels=None, in_order=False, **kwargs):
        super().__init__(decoder, **kwargs)
        self.filters, self.blocks, self.size, self.first, self.in_order = filters, blocks, size, first, in_order
        self.pixels = Bernoulli(None) if pixels is None else pixels
        if self.pixels.autoregressive or not (self.pixels.binary or self.pixels.eight_bit):
            raise InputError(
                f"pixels is {type(self.pixels).__name__}, but must be Bernoulli, Categorical, DiscretizedLogistic or "
                "DiscretizedLogisticMixture: what a pixel of few values is, given those before it."
            )
        self.binary, self.eight_bit = self.pixels.binary, self.pixels.eight_bit

    def build(self, input_shape):
        super().build(input_shape)
        context_shape = self.decoder.compute_output_shape((None, input_shape[-1]))
        if self.rank != 3:
            raise InputError("decoder gives vectors, but a PixelCNN is for images: give one that makes images.")
        channels = context_shape[-1] // self.parameters
        outputs = channels * self.pixels.parameters
        self.network = Network(outputs, self.filters, self.blocks, self.size, self.first, self.in_order)
        self.network.build((*context_shape[:-1], channels), context_shape)

    def distribution(self, output):
        channels = output.shape[-1] // self.parameters
        return AutoregressiveImage(self.network, output, self.pixels.distribution, channels)

    def output_for(self, mean, deviation=None):
        if not self.in_order:
            return self.pixels.output_for(mean)
        each = [self.pixels.output_for(mean[..., c : c + 1]) for c in range(mean.shape[-1])]
        return np.concatenate(each, axis=-1)

    def last_bias(self):
        return self.network.bias

    def check(self, x, name):
        if not self.binary:
            self.pixels.check(x, name)
        elif not np.isin(x, (0, 1)).all():
            raise InputError(
                f"{name} has pixels between black and white, which have no density here: give images of 0 and 1, "
                f"{name} > 0.5, say."
            )
