"""Images of several views side by side, some of which may be missing."""

from keras import ops

from zoo.observed import filled, is_missing, views_of
from zoo.random import draw, mean_image, sides, split


class SideBySide:
    """log p(x) = sum_v log p_v(x_v), over the views that are there: one that is missing, NaN, has none.

    Args:
        views: the distributions p_v, of one batch shape.
        sizes: how much of the axis each view takes.
        axis: along which they lie, as of `zoo.observed.views_of`.
        rank: how many axes an x has: 3 of an image, 1 of a vector.

    Example:
        >>> from zoo.probability import tfd
        >>> p = SideBySide([tfd.Independent(tfd.Normal(ops.zeros([1]), 1.0), 1) for _ in range(2)], (1, 1), -1, 1)
        >>> [round(float(p.log_prob([0.0, right])), 4) for right in (0.0, float("nan"))]
        [-1.8379, -0.9189]
    """

    def __init__(self, views, sizes, axis, rank):
        self.views, self.sizes, self.axis, self.rank = list(views), tuple(sizes), axis, rank

    def log_prob(self, x):
        """log p(x), `[...]`, in nats, at x `[..., *event]`."""
        each = zip(self.views, views_of(ops.convert_to_tensor(x), self.sizes, self.axis), strict=True)
        return sum(ops.where(is_missing(x, self.rank), 0.0, p.log_prob(filled(x))) for p, x in each)

    def joined(self, views):
        """Views, each `[..., *its own event]`, as one: `[..., *event]`."""
        return ops.concatenate(views, axis=self.axis)

    def keyed(self, key):
        """Each view's distribution, with a key of its own."""
        keys = split(key, len(self.views))
        return [(p, keys[number]) for number, p in enumerate(self.views)]


@draw.register(SideBySide)
def _(distribution, key, shape=()):
    return distribution.joined([draw(p, own, shape) for p, own in distribution.keyed(key)])


@sides.register(SideBySide)
def _(distribution, key, tolerance, shape=()):
    each = [sides(p, own, tolerance, shape) for p, own in distribution.keyed(key)]
    return tuple(map(distribution.joined, zip(*each, strict=True)))


@mean_image.register(SideBySide)
def _(distribution, key):
    return distribution.joined([mean_image(p, own) for p, own in distribution.keyed(key)])
