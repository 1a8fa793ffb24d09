"""Masking noise: pixels that are 0."""

from keras import ops

from zoo.corruptions.corruption import Corruption
from zoo.errors import InputError
from zoo.random import stream, uniform


class Masking(Corruption):
    """x_i -> 0 with probability `share`, each number of an image by itself; the others stay as they are.

    Args:
        share: the share of the numbers that becomes 0, in (0, 1).

    Returns (of a call on images):
        float32 of their shape.

    Raises:
        InputError: a share that is none.

    Example:
        >>> masked = Masking(0.25)(ops.ones([100, 8, 8, 1]), training=True)
        >>> 0.7 < float(ops.mean(masked)) < 0.8
        True

    References:
        Vincent et al. 2008, "Extracting and Composing Robust Features with Denoising Autoencoders", section 2.3.
    """

    def __init__(self, share=0.25, **kwargs):
        super().__init__(**kwargs)
        if not 0 < share < 1:
            raise InputError(f"share is {share!r}, but must be a number above 0 and below 1.")
        self.share = share

    def corrupt(self, x, key):
        return ops.where(uniform(stream(key, "masking"), tuple(ops.shape(x))) < self.share, 0.0, x)
