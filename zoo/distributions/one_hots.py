"""Several categorical variables, their one-hot vectors side by side in one."""

from keras import ops

from zoo.distributions.label import Label
from zoo.numerics.divergence import kl_per_dimension
from zoo.random import center, draw, from_uniform, sides, uniform


class OneHots:
    """p(z) = prod_n Cat(z_n; softmax(l_n)), z = [z_1, ..., z_N], each z_n a one-hot vector of K classes.

    Args:
        logits: l, float `[..., N, K]`.

    Example:
        >>> one_hots = OneHots(ops.zeros([2, 4]))
        >>> round(float(one_hots.log_prob([0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0])), 4)
        -2.7726
    """

    def __init__(self, logits):
        self.logits = ops.cast(logits, "float32")
        self.variables, self.classes = logits.shape[-2:]

    def side_by_side(self, x):
        """The variables of x, `[..., N, K]`, as one vector, `[..., N K]`."""
        return ops.reshape(x, (*ops.shape(x)[:-2], self.variables * self.classes))

    def log_prob(self, z):
        """log p(z), `[...]`, in nats, at z `[..., N K]`."""
        return ops.sum(z * self.side_by_side(ops.log_softmax(self.logits)), axis=-1)

    def at(self, u, shift=0.0):
        """z of uniforms `[..., N]`, by the inverse of the cumulative probabilities and what is added to each of them.

        Their differences are the vector, so that no class has to be looked up.
        """
        thresholds = ops.cumsum(ops.softmax(self.logits), axis=-1)[..., :-1] + shift
        above = ops.cast(ops.expand_dims(u, -1) > thresholds, "float32")
        ones = ops.ones_like(above[..., :1])
        return self.side_by_side(ops.concatenate([ones, above], -1) - ops.concatenate([above, 0 * ones], -1))


@from_uniform.register(OneHots)
def _(distribution, u):
    """One uniform stands for each variable: u is `[..., N]`."""
    return distribution.at(u)


def _uniforms(distribution, key, shape):
    return uniform(key, (*shape, *ops.shape(distribution.logits)[:-1]))


@draw.register(OneHots)
def _(distribution, key, shape=()):
    return distribution.at(_uniforms(distribution, key, shape))


@sides.register(OneHots)
def _(distribution, key, tolerance, shape=()):
    """Of the lower class and of the upper, where a uniform is within the tolerance of the step between them."""
    u = _uniforms(distribution, key, shape)
    return distribution.at(u, tolerance), distribution.at(u, -tolerance)


@center.register(OneHots)
def _(distribution):
    """The most probable classes."""
    return distribution.side_by_side(center(Label(distribution.logits)))


@kl_per_dimension.register(OneHots)
def _(q, p, z=None):
    """q_nk (log q_nk - log p_nk) of each class of each variable, whose sum is the KL."""
    if not isinstance(p, OneHots):
        return None
    return q.side_by_side(kl_per_dimension(Label(q.logits), Label(p.logits)))
