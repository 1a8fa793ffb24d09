"""Two variables, one given the other, side by side in one vector."""

from keras import ops

from zoo.numerics.divergence import kl_per_dimension
from zoo.random import center, draw, draw_and_log_prob, split


class Chain:
    """p(a, b) = p(a) p(b|a) over the vector [a, b], or over [b, a].

    Either may be a chain itself: a hierarchy of any depth is nested chains.

    Args:
        first: the distribution of a, of event shape `[A]`.
        second: a function of a, `[..., A]`, to the distribution of b, of batch shape `[...]` and event shape `[B]`; or
            where b knows nothing of a its distribution, without a batch shape.
        size: of what comes first in the vector: A, or B where it is reversed.
        reverse: whether b comes first in the vector.

    Example:
        >>> from zoo.probability import tfd
        >>> a = tfd.Independent(tfd.Normal(ops.zeros([1]), 1.0), 1)
        >>> chain = Chain(a, lambda a: tfd.Independent(tfd.Normal(a, 0.5), 1), size=1)
        >>> round(float(chain.log_prob(ops.zeros([2]))), 4)
        -1.1447
    """

    def __init__(self, first, second, size, reverse=False):
        self.first, self.second, self.size, self.reverse = first, second, size, reverse

    def join(self, a, b):
        """The vector of both."""
        return ops.concatenate([b, a] if self.reverse else [a, b], axis=-1)

    def parts(self, z):
        """a and b, of the vector."""
        one, other = z[..., : self.size], z[..., self.size :]
        return (other, one) if self.reverse else (one, other)

    def given(self, a):
        """The distribution of b, and the sample shape that it takes to have one b for each a."""
        return (self.second(a), ()) if callable(self.second) else (self.second, ops.shape(a)[:-1])

    def log_prob(self, z):
        """log p(a) + log p(b|a), `[...]`, at z `[..., A + B]`, in nats."""
        a, b = self.parts(ops.convert_to_tensor(z))
        return self.first.log_prob(a) + self.given(a)[0].log_prob(b)


@draw.register(Chain)
def _(chain, key, shape=()):
    keys = split(key)
    a = draw(chain.first, keys[0], shape)
    second, each = chain.given(a)
    return chain.join(a, draw(second, keys[1], each))


@draw_and_log_prob.register(Chain)
def _(chain, key, shape=()):
    keys = split(key)
    a, log_a = draw_and_log_prob(chain.first, keys[0], shape)
    second, each = chain.given(a)
    b, log_b = draw_and_log_prob(second, keys[1], each)
    return chain.join(a, b), log_a + log_b


@center.register(Chain)
def _(chain):
    a = center(chain.first)
    second, each = chain.given(a)
    b = center(second)
    return chain.join(a, ops.broadcast_to(b, (*each, *ops.shape(b))) if each else b)


@kl_per_dimension.register(Chain)
def _(q, p, z=None):
    """Each layer's closed form, at the draws of the layer that it depends on; None where the chains differ in order."""
    if not isinstance(p, Chain) or (q.size, q.reverse) != (p.size, p.reverse) or z is None:
        return None
    a, b = q.parts(z)
    first = kl_per_dimension(q.first, p.first, a)
    second = kl_per_dimension(q.given(a)[0], p.given(a)[0], b)
    if first is None or second is None:
        return None
    # [S, B, .]: the second layer's, averaged over the draws of the first.
    return q.join(*(ops.mean(each, axis=0) if len(each.shape) == len(z.shape) else each for each in (first, second)))
