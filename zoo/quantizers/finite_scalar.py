"""Finite scalar quantization: each number of a vector is rounded to one of a few levels."""

import math

import numpy as np
from keras import ops

from zoo.errors import InputError
from zoo.networks.shapes import check_sizes
from zoo.quantizers.quantizer import Quantizer, squared_distance, straight_through

#: The most codes whose numbers float32 takes apart without an error.
MOST = 2**20


class FiniteScalar(Quantizer):
    """Number i of h is bounded by tanh and rounded to the nearest of L_i levels, from -1 to 1 in even steps.

        t_i = tanh(h_i)     k_i = round((t_i + 1) (L_i - 1) / 2)     e_i = 2 k_i / (L_i - 1) - 1
        k = sum_i k_i L_1 ... L_(i-1)

    There are K = L_1 ... L_n codes, and none is learned: no codebook can collapse, and nothing is added to the loss.
    e has the gradient of t, which is tanh's. Where L_i is odd this is the paper's. Where it is even the paper's code
    shifts tanh, so that h_i = 0 is a level; here the levels lie evenly about it, and two of them are as likely.

    Args:
        encoder: a network, `[B, height, width, channels]` to `[B, h, w, n]`.
        levels: L, whole numbers of at least 2, n of them.

    Raises:
        InputError: levels that can't be, or more than 2^20 codes; an encoder that gives vectors of another size.

    Example:
        >>> import keras
        >>> encoder = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Conv2D(2, 4, 4)])
        >>> quantizer = FiniteScalar(encoder, levels=(5, 3))
        >>> quantizer.classes, tuple(quantizer(ops.zeros([2, 8, 8, 1])).vectors.shape)
        (15, (2, 2, 2, 2))

    References:
        Mentzer et al. 2024, "Finite Scalar Quantization: VQ-VAE Made Simple".
    """

    def __init__(self, encoder, levels=(8, 5, 5, 5), **kwargs):
        super().__init__(encoder, **kwargs)
        self.levels = check_sizes("levels", levels)
        if min(self.levels) < 2:
            raise InputError(f"levels is {self.levels}, but a number of one level says nothing: give at least 2.")
        if self.classes > MOST:
            raise InputError(f"levels is {self.levels}, {self.classes} codes, but there can be at most {MOST}.")

    @property
    def classes(self):
        return math.prod(self.levels)

    def build_vectors(self, dim):
        if dim != len(self.levels):
            count = len(self.levels)
            raise InputError(f"encoder gives vectors of {dim} numbers, but levels has {count}: give as many.")
        self._levels = np.array(self.levels, "float32")
        self._places = np.cumprod([1, *self.levels[:-1]]).astype("float32")

    def to_codes(self, h, training=None):
        t = ops.tanh(h)
        numbers = ops.floor((t + 1) * ((self._levels - 1) / 2) + 0.5)
        e = self._values(numbers)
        codes = ops.sum(numbers * self._places, axis=-1, keepdims=True)
        nothing = ops.zeros_like(h[:, 0, 0, 0])
        return codes, straight_through(t, e), nothing, squared_distance(t, e), None

    def vectors_of(self, codes):
        # Half a number more keeps the quotients off the whole numbers, whatever division rounds to.
        before, after = (ops.floor((codes + 0.5) / each) for each in (self._places, self._places * self._levels))
        return self._values(before - after * self._levels)

    def _values(self, numbers):
        return numbers * (2 / (self._levels - 1)) - 1
