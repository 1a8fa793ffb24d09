"""The base of likelihoods: the decoder's run over samples and batch."""

import math
from abc import abstractmethod

import numpy as np

from zoo.data.pixels import UNIT
from zoo.errors import InputError
from zoo.networks.fold import fold
from zoo.networks.last_layer import last_layer
from zoo.part import Part, build_once


class Likelihood(Part):
    """p(x|z) from a decoder: z of any leading axes in, a distribution over images out.

    Where the decoder gives `[B, D * parameters]`, x is a vector `[B, D]`.

    A subclass says how many numbers it wants for each pixel and channel (`parameters`; `parameters_for`, where that
    depends on its arguments), and makes its distribution out of them (`distribution`).

    Args:
        decoder: a network, `[B, D]` to `[B, height, width, channels * parameters]`.

    Returns (of a call on z, `[..., D]`):
        A distribution with batch shape `[...]` and event shape `[height, width, channels]`.
    """

    #: How many numbers it wants of the decoder for each pixel and channel.
    parameters = 1
    #: Whether x takes the 256 values k/255, so that bits per dimension mean something.
    eight_bit = False
    #: Whether x is drawn from {0, 1}, so that grey images are to be binarized.
    binary = False
    #: Whether x is counts, whole numbers from 0 on.
    counts = False
    #: How many classes x's numbers stand for; None where they are quantities.
    classes = None
    #: How many numbers `features` makes of each.
    num_features = 1
    #: Whether pixels depend on those before them, and are drawn one after the other.
    autoregressive = False
    #: How many views x has, each of which may be missing, NaN; 1 of an image.
    views = 1
    #: Whether what isn't NaN of x is scored alone.
    takes_missing = False
    #: Whether it is scored, too, which pixels are missing.
    scores_missing = False
    #: What the location is moved by, where a pixel is moved by 1: in a linear start.
    slope = 1.0
    #: What x lies in, (low, high), the pixels of black and of white; None for any numbers.
    range = UNIT
    #: Of images, unless the decoder turns out to give vectors.
    _rank = 3

    @classmethod
    def parameters_for(cls, **arguments):
        """How many numbers one of these arguments wants of the decoder for each pixel and channel.

        A decoder is made before its likelihood is, so that the class is asked.
        """
        return cls.parameters

    def __init__(self, decoder, **kwargs):
        super().__init__(**kwargs)
        self.decoder = decoder

    def build(self, input_shape):
        build_once(self.decoder, input_shape)
        output = self.decoder.compute_output_shape((None, input_shape[-1]))
        channels, self._rank = output[-1], len(output) - 1
        if channels % self.parameters:
            raise InputError(
                f"decoder gives {channels} numbers for each pixel, but {type(self).__name__} splits them into "
                f"{self.parameters} for each channel: give the decoder parameters={self.parameters}."
            )
        self.built = True

    def call(self, z, training=None):
        return self.distribution(fold(self.decoder, z, training=training))

    @abstractmethod
    def distribution(self, output):
        """The distribution over images whose parameters are `output`, `[..., H, W, C * parameters]`, float32.

        Its event has `self.rank` axes.
        """

    @property
    def rank(self):
        """How many axes x has: three of an image, one of a vector."""
        return self._rank

    def over(self, rank):
        """Lets it make distributions of events of so many axes, where it has no decoder that says so."""
        self._rank = rank

    def features(self, x):
        """What an encoder is shown of x, `[..., channels]`: `[..., num_features * channels]`."""
        return x

    @abstractmethod
    def output_for(self, mean, deviation=None):
        """The network's output for images of a mean and a standard deviation, each `[H, W, C]`: NumPy.

        Where no deviation is given it is what networks begin with, about 0.
        """

    def begin_with(self, deviation):
        """The pixels' standard deviation that it begins with, `[H, W, C]`: the one given, or the nearest it may have.

        It is defined where pixels have a location that is moved as the network's output is.
        """
        raise NotImplementedError("a class that doesn't define it has no linear start")

    def last_bias(self):
        """The bias that is added to what the images are made of: of the decoder's last layer; None without one."""
        if hasattr(self.decoder, "bias"):
            return self.decoder.bias
        return getattr(last_layer(self.decoder), "bias", None)

    def start_at(self, mean):
        """Sets the last bias so that the images begin at a mean image, where the network's weights begin small.

        A convolution's bias is one for all pixels: it begins at their mean.

        Args:
            mean: in the range, `[H, W, C]`.

        Raises:
            InputError: the decoder's last layer has no bias.

        References:
            The code of Burda et al. 2016, "Importance Weighted Autoencoders".
        """
        bias = self.last_bias()
        if bias is None:
            raise InputError("the decoder's last layer has no bias to start at the mean of the images with.")
        mean = np.asarray(mean, "float64")
        output = self.output_for(mean)
        if output.size != math.prod(bias.shape):
            output = self.output_for(mean.mean(axis=(0, 1), keepdims=True))
        bias.assign(output.reshape(bias.shape))

    def check(self, x, name):
        """Raises `InputError` where the array x, called `name`, holds values of its range that have no density here."""

    def take_any_range(self):
        """Takes any numbers from now on, where x may be such: in a run of before there were ranges."""
