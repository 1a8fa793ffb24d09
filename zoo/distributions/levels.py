"""A distribution over the 256 values of an 8-bit pixel, each with a probability of its own."""

from keras import ops

from zoo.distributions.scalar import Scalar
from zoo.probability import tfd, tfp
from zoo.random import draw, from_uniform, level_of, sides, uniform

#: The values k/255.
COUNT = 256


class Levels(Scalar):
    """P(x = k/255) = softmax(logits)_k, k = 0 ... 255.

    Args:
        logits: float tensor `[..., 256]`.

    Example:
        >>> round(float(Levels(ops.zeros([256])).log_prob(0.2)), 4)
        -5.5452

    References:
        van den Oord et al. 2016, "Pixel Recurrent Neural Networks", section 3.3.
    """

    def __init__(self, logits, name="Levels"):
        super().__init__(name, logits=logits)

    @classmethod
    def _parameter_properties(cls, dtype, num_classes=None):
        return {"logits": tfp.util.ParameterProperties(event_ndims=1)}

    def _log_prob(self, x):
        number = ops.cast(ops.round(x * (COUNT - 1)), "int32")
        chosen = ops.one_hot(number, COUNT, dtype="float32")
        return ops.sum(chosen * ops.log_softmax(self.logits, axis=-1), axis=-1)

    def _mean(self):
        return ops.sum(ops.softmax(self.logits, axis=-1) * (ops.arange(COUNT, dtype="float32") / (COUNT - 1)), axis=-1)

    def _sample_n(self, n, seed=None):
        return from_uniform(self, tfd.Uniform(ops.zeros_like(self.logits[..., 0]), 1.0).sample(n, seed=seed))


def _value(number):
    return ops.cast(number, "float32") / (COUNT - 1)


def _uniforms(distribution, key, shape):
    return uniform(key, (*shape, *ops.shape(distribution.logits)[:-1]))


@from_uniform.register(Levels)
def _(distribution, u):
    return _value(level_of(u, distribution.logits))


@draw.register(Levels)
def _(distribution, key, shape=()):
    return from_uniform(distribution, _uniforms(distribution, key, shape))


@sides.register(Levels)
def _(distribution, key, tolerance, shape=()):
    u = _uniforms(distribution, key, shape)
    return tuple(_value(level_of(u + by, distribution.logits)) for by in (-tolerance, tolerance))
