"""The base of likelihoods that are made of another one."""

from abc import abstractmethod

import numpy as np
from keras import ops

from zoo.distributions.observed_image import pixels_of
from zoo.errors import InputError
from zoo.likelihoods.likelihood import Likelihood
from zoo.part import build_once


class Wrapping(Likelihood):
    """p(x|z) of the pixels of another likelihood, NaN where they are missing.

    A subclass says what becomes of the other's distribution (`of`).

    Args:
        likelihood: of independent pixels.

    Raises:
        InputError: it is none, or has pixels that aren't independent.
    """

    takes_missing = True

    def __init__(self, likelihood, **kwargs):
        if not isinstance(likelihood, Likelihood):
            kind = type(self).__name__
            raise InputError(
                f"likelihood is a {type(likelihood).__name__}, but a {kind} is made of a likelihood: "
                f"{kind}(Bernoulli(decoder)), say."
            )
        super().__init__(likelihood.decoder, **kwargs)
        self.likelihood = likelihood
        self.parameters, self.binary = likelihood.parameters, likelihood.binary

    @abstractmethod
    def of(self, image):
        """The distribution that is made of the other likelihood's."""

    def build(self, input_shape):
        build_once(self.likelihood, input_shape)
        super().build(input_shape)
        output = self.decoder.compute_output_shape((None, input_shape[-1]))
        image = self.likelihood.distribution(ops.zeros((1, *output[1:])))
        self.build_pixels(pixels_of(image), tuple(image.event_shape))

    def build_pixels(self, pixels, event_shape):
        """Builds what it has of its own.

        Args:
            pixels: the distribution of each pixel of an image.
            event_shape: the image's.
        """

    def distribution(self, output):
        return self.of(self.likelihood.distribution(output))

    @property
    def range(self):
        """What pixels lie in: as the other likelihood has it."""
        return self.likelihood.range

    def take_any_range(self):
        self.likelihood.take_any_range()

    def output_for(self, mean, deviation=None):
        return self.likelihood.output_for(mean, deviation)

    def check(self, x, name):
        seen = x[~np.isnan(x)]
        if seen.size:
            self.likelihood.check(seen, name)
