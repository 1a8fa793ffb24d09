"""A distribution of arrays as one of vectors: their numbers in a row."""

import math

from keras import ops

from zoo.random import draw


class InARow:
    """p(z), z the numbers of an array in a row, of the distribution p of such arrays.

    Args:
        distribution: of events `shape`, one that `zoo.random.draw` knows.
        shape: of its events, ints.

    Example:
        >>> from zoo.distributions.whole_number import WholeNumber
        >>> from zoo.probability import tfd
        >>> grid = tfd.Independent(WholeNumber(ops.zeros([2, 3, 4])), 2)
        >>> round(float(InARow(grid, (2, 3)).log_prob(ops.zeros([6]))), 4)
        -8.3178
    """

    def __init__(self, distribution, shape):
        self.distribution, self.shape = distribution, tuple(shape)

    def log_prob(self, z):
        """log p(z), `[...]`, in nats, at z `[..., D]`."""
        return self.distribution.log_prob(ops.reshape(z, (*ops.shape(z)[:-1], *self.shape)))


@draw.register(InARow)
def _(row, key, shape=()):
    drawn = draw(row.distribution, key, shape)
    return ops.reshape(drawn, (*ops.shape(drawn)[: -len(row.shape)], math.prod(row.shape)))
