"""Independent Bernoulli pixels by their logits, at a fraction of the cost."""

import math

import keras
from keras import ops

from zoo.numerics.compilation import fused, fuses
from zoo.numerics.stable import softplus_by_lane, sum_softplus
from zoo.probability import tfd


class BernoulliImage(tfd.Independent):
    """log p(x) = sum_i x_i l_i - softplus(l_i), over images `[height, width, channels]` of float32 pixels.

    For each pixel `tfd.Bernoulli` takes two softpluses and two guarded products; this takes a product and a sixteenth
    of a logarithm.

    Args:
        logits: float tensor l, `[..., height, width, channels]`.
        rank: how many axes an x has: 3 of an image, 1 of a vector.

    Example:
        >>> round(float(BernoulliImage(ops.zeros([2, 2, 1])).log_prob(ops.ones([2, 2, 1]))), 4)
        -2.7726
    """

    def __init__(self, logits, rank=3, name="BernoulliImage"):
        super().__init__(tfd.Bernoulli(logits=logits, dtype="float32"), rank, name=name)
        self._parameters, self._rank = {"logits": logits, "rank": rank, "name": name}, rank

    def _log_prob(self, event):
        logits = self.distribution.logits
        # [..., H, W, C] -> [..., H * W * C]
        size = math.prod(logits.shape[-self._rank :])
        logits, event = (ops.reshape(x, (*ops.shape(x)[: -self._rank], size)) for x in (logits, event))
        if not fuses():
            return ops.sum(event * logits, axis=-1) - sum_softplus(logits)
        if keras.backend.backend() == "tensorflow":
            return _by_kernels(logits, event)
        return ops.sum(_by_lane(logits, event), axis=-1)


def _by_kernels(logits, event):
    """The sum by a kernel for each direction: XLA's own way back would take the pixels' gradient too, wanted or not."""
    import tensorflow as tf

    @tf.custom_gradient
    def log_prob(logits, event):
        def gradient(upstream):
            upstream = tf.expand_dims(upstream, -1)
            axes = tf.raw_ops.BroadcastGradientArgs(s0=tf.shape(logits), s1=tf.shape(event))
            slopes = _slope(upstream, logits, event), upstream * logits
            inputs = zip((logits, event), slopes, axes, strict=True)
            return [tf.reshape(tf.reduce_sum(slope, over), tf.shape(x)) for x, slope, over in inputs]

        return tf.reduce_sum(_by_lane(logits, event), axis=-1), gradient

    return log_prob(logits, event)


@fused
def _by_lane(logits, event):
    softplus = softplus_by_lane(logits)
    lanes = softplus.shape[-1]
    logits, event = (ops.reshape(x, (*ops.shape(x)[:-1], -1, lanes)) for x in (logits, event))
    return ops.sum(event * logits, axis=-2) - softplus


@fused
def _slope(upstream, logits, event):
    return upstream * (event - ops.sigmoid(logits))
