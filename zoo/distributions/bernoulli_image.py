"""Independent Bernoulli pixels by their logits, at a fraction of the cost."""

import math

from keras import ops

from zoo.numerics import sum_softplus
from zoo.probability import tfd


class BernoulliImage(tfd.Independent):
    """log p(x) = sum_i x_i l_i - softplus(l_i), over images `[height, width, channels]` of float32 pixels.

    For each pixel `tfd.Bernoulli` takes two softpluses and two guarded products; this takes a product and a sixteenth
    of a logarithm.

    Args:
        logits: float tensor l, `[..., height, width, channels]`.

    Example:
        >>> round(float(BernoulliImage(ops.zeros([2, 2, 1])).log_prob(ops.ones([2, 2, 1]))), 4)
        -2.7726
    """

    def __init__(self, logits, name="BernoulliImage"):
        super().__init__(tfd.Bernoulli(logits=logits, dtype="float32"), 3, name=name)
        self._parameters = {"logits": logits, "name": name}

    def _log_prob(self, event):
        logits = self.distribution.logits
        # [..., H, W, C] -> [..., H * W * C]
        flat = (*ops.shape(logits)[:-3], math.prod(logits.shape[-3:]))
        softplus = sum_softplus(ops.reshape(logits, flat))
        return ops.sum(event * logits, axis=(-3, -2, -1)) - softplus
