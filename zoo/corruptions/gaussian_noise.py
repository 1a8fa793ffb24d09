"""Gaussian noise on pixels."""

from keras import ops

from zoo.corruptions.corruption import Corruption
from zoo.numerics.counts import check_positive
from zoo.random import normal, stream


class GaussianNoise(Corruption):
    """x -> x + scale e,   e ~ N(0, I); the result isn't clipped.

    Args:
        scale: the noise's standard deviation.

    Returns (of a call on images):
        float32 of their shape.

    Raises:
        InputError: a scale that isn't positive.

    Example:
        >>> noise = GaussianNoise(0.3)(ops.zeros([100, 8, 8, 1]), training=True)
        >>> 0.29 < float(ops.std(noise)) < 0.31
        True

    References:
        Vincent et al. 2010, "Stacked Denoising Autoencoders: Learning Useful Representations in a Deep Network with a
        Local Denoising Criterion".
    """

    def __init__(self, scale=0.3, **kwargs):
        super().__init__(**kwargs)
        check_positive("scale", scale)
        self.scale = scale

    def corrupt(self, x, key):
        return x + self.scale * normal(stream(key, "gaussian noise"), tuple(ops.shape(x)))
