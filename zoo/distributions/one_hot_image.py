"""One of all pixels: a label's one-hot vector, as what is observed."""

import math

from keras import ops

from zoo.distributions.one_hots import OneHots
from zoo.random import draw, sides


class OneHotImage:
    """log p(x) = log softmax(l)_k, where x is 1 at k and 0 elsewhere; of another x it is -infinity.

    Args:
        logits: float tensor l, `[..., *event]`.
        rank: how many axes an x has: 1 of a vector, 3 of an image.

    Example:
        >>> p = OneHotImage(ops.zeros([4]), rank=1)
        >>> [round(float(p.log_prob(x)), 4) for x in ([0.0, 1.0, 0.0, 0.0], [1.0, 1.0, 0.0, 0.0])]
        [-1.3863, -inf]
    """

    def __init__(self, logits, rank):
        self._event, self._rank = tuple(logits.shape[-rank:]), rank
        self.one_hot = OneHots(ops.expand_dims(self._flat(logits), -2))

    def _flat(self, x):
        if self._rank == 1:
            return x
        return ops.reshape(x, (*ops.shape(x)[: -self._rank], math.prod(self._event)))

    def as_event(self, x):
        """Vectors `[..., K]` as events are shaped."""
        return x if self._rank == 1 else ops.reshape(x, (*ops.shape(x)[:-1], *self._event))

    def log_prob(self, x):
        """log p(x), `[...]`, in nats, at x `[..., *event]`."""
        x = self._flat(ops.convert_to_tensor(x, "float32"))
        # The sum and the sum of squares are both 1 where one is 1 and none else is anything.
        off = ops.abs(ops.sum(x, axis=-1) - 1) + ops.abs(ops.sum(x * x, axis=-1) - 1)
        return ops.where(off < 1e-3, self.one_hot.log_prob(x), -float("inf"))

    def mean(self):
        """The probabilities, `[..., *event]`."""
        return self.as_event(ops.softmax(self.one_hot.logits[..., 0, :]))


@draw.register(OneHotImage)
def _(distribution, key, shape=()):
    return distribution.as_event(draw(distribution.one_hot, key, shape))


@sides.register(OneHotImage)
def _(distribution, key, tolerance, shape=()):
    return tuple(map(distribution.as_event, sides(distribution.one_hot, key, tolerance, shape)))
