"""A distribution over whole numbers, each with a probability of its own."""

from keras import ops

from zoo.distributions.scalar import Scalar
from zoo.probability import tfd, tfp
from zoo.random import draw, from_uniform, level_of, sides, uniform


class WholeNumber(Scalar):
    """P(x = k) = softmax(logits)_k, k = 0 ... K - 1: a class, say, or the number of a vector in a codebook.

    Args:
        logits: float tensor `[..., K]`.

    Example:
        >>> round(float(WholeNumber(ops.zeros([8])).log_prob(3.0)), 4)
        -2.0794
    """

    #: How many of the numbers there are in 1: of a subclass whose values are fractions.
    per_unit = 1

    def __init__(self, logits, name="WholeNumber"):
        super().__init__(name, logits=logits)

    @classmethod
    def _parameter_properties(cls, dtype, num_classes=None):
        return {"logits": tfp.util.ParameterProperties(event_ndims=1)}

    def _log_prob(self, x):
        number = ops.cast(ops.round(x * self.per_unit), "int32")
        chosen = ops.one_hot(number, self.logits.shape[-1], dtype="float32")
        return ops.sum(chosen * ops.log_softmax(self.logits, axis=-1), axis=-1)

    def _mean(self):
        numbers = ops.arange(self.logits.shape[-1], dtype="float32")
        return ops.sum(ops.softmax(self.logits, axis=-1) * (numbers / self.per_unit), axis=-1)

    def _sample_n(self, n, seed=None):
        return from_uniform(self, tfd.Uniform(ops.zeros_like(self.logits[..., 0]), 1.0).sample(n, seed=seed))

    def value(self, number):
        """The value that a number stands for."""
        return ops.cast(number, "float32") / self.per_unit


def _uniforms(distribution, key, shape):
    return uniform(key, (*shape, *ops.shape(distribution.logits)[:-1]))


@from_uniform.register(WholeNumber)
def _(distribution, u):
    return distribution.value(level_of(u, distribution.logits))


@draw.register(WholeNumber)
def _(distribution, key, shape=()):
    return from_uniform(distribution, _uniforms(distribution, key, shape))


@sides.register(WholeNumber)
def _(distribution, key, tolerance, shape=()):
    u = _uniforms(distribution, key, shape)
    return tuple(distribution.value(level_of(u + by, distribution.logits)) for by in (-tolerance, tolerance))
