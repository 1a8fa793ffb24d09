"""Counts of which more are 0 than their distribution says."""

from keras import ops

from zoo.distributions.scalar import Scalar
from zoo.numerics.stable import log_sigmoid
from zoo.probability import tfp
from zoo.random import draw, sides, split, uniform


class ZeroInflated(Scalar):
    """P(k) = p [k = 0] + (1 - p) P_counts(k), p = sigmoid(logit).

    Args:
        counts: a distribution of whole numbers from 0 on.
        logit: a float tensor of its batch shape.

    Example:
        >>> from zoo.distributions.negative_binomial import NegativeBinomial
        >>> counts = NegativeBinomial(ops.convert_to_tensor(10.0), ops.convert_to_tensor(2.0))
        >>> round(float(ZeroInflated(counts, ops.zeros([])).log_prob(0.0)), 6)
        -0.665748

    References:
        Lambert 1992, "Zero-Inflated Poisson Regression, with an Application to Defects in Manufacturing".
    """

    def __init__(self, counts, logit, name="ZeroInflated"):
        super().__init__(name, counts=counts, logit=logit)

    @classmethod
    def _parameter_properties(cls, dtype, num_classes=None):
        return {"counts": tfp.util.BatchedComponentProperties(), "logit": tfp.util.ParameterProperties()}

    def _log_prob(self, k):
        counted = log_sigmoid(-self.logit) + self.counts.log_prob(k)
        return ops.where(k < 0.5, ops.logaddexp(log_sigmoid(self.logit), counted), counted)

    def _mean(self):
        return ops.sigmoid(-self.logit) * self.counts.mean()


def _unless_zero(distribution, keys, counts, tolerance, shape):
    """The counts, and 0 with the probability p."""
    counted = uniform(keys[1], (*shape, *ops.shape(distribution.logit))) - tolerance >= ops.sigmoid(distribution.logit)
    return ops.where(counted, counts, 0.0)


@draw.register(ZeroInflated)
def _(distribution, key, shape=()):
    keys = split(key)
    return _unless_zero(distribution, keys, draw(distribution.counts, keys[0], shape), 0.0, shape)


@sides.register(ZeroInflated)
def _(distribution, key, tolerance, shape=()):
    keys = split(key)
    low, high = sides(distribution.counts, keys[0], tolerance, shape)
    return tuple(
        _unless_zero(distribution, keys, counts, by, shape) for counts, by in ((low, tolerance), (high, -tolerance))
    )
