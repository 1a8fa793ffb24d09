"""The base of likelihoods of real-valued pixels, each with a location and a scale."""

from abc import abstractmethod

import numpy as np
from keras import ops

from zoo.data.pixels import UNIT, check_limits
from zoo.errors import InputError
from zoo.likelihoods.likelihood import Likelihood
from zoo.numerics.stable import inverse_softplus, softplus
from zoo.probability import tfd

#: What a scale is begun above its lower bound by, where it would move no more.
SMALL = 1e-4


class LocScale(Likelihood):
    """p(x|z) = prod_i f((x_i - loc_i(z)) / scale) / scale, with one of three scales.

    - Fixed: the number given (the default).
    - One learned (`learn_scale=True`): a single number, trained, that starts at the one given.
    - Per pixel (`scale=None`): the decoder gives it, next to loc.

    Where it is learned it is min_scale + softplus(raw): a density of grey values can otherwise grow without bound by
    shrinking onto pixels that never change.

    A subclass says which f (`density`), and its standard deviation (`deviation`).

    Args:
        decoder: a network, `[B, D]` to `[B, height, width, channels]`, or twice the channels if the scale is per pixel
            (the first half of them is loc).
        scale: a positive number, or None for one scale for each pixel.
        learn_scale: whether the number is trained.
        min_scale: the lower bound of a learned scale; 1/256 is the width of a grey value.
        range: (low, high) that x lies in, the pixels of black and of white, to which images that come out are clipped;
            None for any numbers, and nothing is clipped.

    Returns (of a call on z, `[..., D]`):
        `tfd.Independent` with batch shape `[...]` and event shape `[height, width, channels]`.

    Raises:
        InputError: a scale that isn't positive, or not above `min_scale` where it is learned; no range.
    """

    #: The standard deviation of f.
    deviation = 1.0

    def __init__(self, decoder, scale=0.1, learn_scale=False, min_scale=1 / 256, range=UNIT, **kwargs):
        super().__init__(decoder, **kwargs)
        if scale is not None and not scale > (min_scale if learn_scale else 0):
            raise InputError(
                f"scale is {scale!r}, but must be a number above {min_scale if learn_scale else 0}, or None."
            )
        self.scale, self.learn_scale, self.min_scale = scale, learn_scale and scale is not None, min_scale
        self.range = check_limits(range)
        self.parameters = self.parameters_for(scale=scale)

    @abstractmethod
    def density(self, loc, scale):
        """The distribution of each pixel."""

    @classmethod
    def parameters_for(cls, scale=0.1, **arguments):
        return 2 if scale is None else 1

    def build(self, input_shape):
        super().build(input_shape)
        if self.learn_scale:
            start = float(inverse_softplus(self.scale - self.min_scale))
            self.raw_scale = self.add_weight(
                shape=(), initializer=lambda shape, dtype: ops.full(shape, start, dtype), name="raw_scale"
            )

    def take_any_range(self):
        self._amend(range=None)

    def distribution(self, output):
        loc, scale = output, self.scale
        if self.scale is None:
            loc, raw_scale = ops.split(output, 2, axis=-1)
            scale = self.min_scale + softplus(raw_scale)
        elif self.learn_scale:
            scale = self.min_scale + softplus(ops.convert_to_tensor(self.raw_scale))
        return tfd.Independent(self.density(loc, scale), self.rank)

    def output_for(self, mean, deviation=None):
        if self.scale is not None:
            return mean
        raw = 0 * mean if deviation is None else inverse_softplus(deviation / self.deviation - self.min_scale)
        return np.concatenate([mean, raw], axis=-1)

    def begin_with(self, deviation):
        if self.scale is None:
            return np.maximum(deviation, self.deviation * (self.min_scale + SMALL))
        if not self.learn_scale:
            return np.full_like(deviation, self.deviation * self.scale)
        scale = max(np.sqrt(np.mean(deviation**2)) / self.deviation, self.min_scale + SMALL)
        self.raw_scale.assign(inverse_softplus(scale - self.min_scale))
        return np.full_like(deviation, self.deviation * scale)
