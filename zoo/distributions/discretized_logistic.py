"""The logistic distribution, rounded to 8-bit pixels."""

from keras import ops

from zoo.distributions.scalar import Scalar
from zoo.numerics.stable import log1mexp, softplus
from zoo.probability import tfd, tfp
from zoo.random import draw, from_uniform, sides


class DiscretizedLogistic(Scalar):
    """A logistic variable rounded to the nearest of 0, 1/255, ..., 1, everything beyond the edges going to the edges.

        P(x) = F(b) - F(a),  b = (x + 1/510 - loc) / scale,  a = (x - 1/510 - loc) / scale,  F = sigmoid

    F(b) - F(a) = F(b) F(-a) (1 - exp(a - b)), and b - a = 1 / (255 scale) whatever x, so that

        log P(x) = -softplus(-b) - softplus(a) + log(1 - exp(-1 / (255 scale)))

    loses no digits however unlikely x is, and needs no guard. At the edges, log P(0) = -softplus(-b) and
    log P(1) = -softplus(a).

    Args:
        loc: float tensor, in units where the pixels are 0 to 1.
        scale: positive float tensor of the same shape.

    Example:
        >>> pixels = ops.arange(256, dtype="float32") / 255
        >>> p = DiscretizedLogistic(ops.full([256], 0.3), ops.full([256], 0.05)).log_prob(pixels)
        >>> round(float(ops.sum(ops.exp(p))), 4)
        1.0

    References:
        Kingma et al. 2016, "Improving Variational Inference with Inverse Autoregressive Flow", appendix C.2; Salimans
        et al. 2017, "PixelCNN++", section 2.1, for the open edges.
    """

    def __init__(self, loc, scale, name="DiscretizedLogistic"):
        super().__init__(name, loc=loc, scale=scale)

    @classmethod
    def _parameter_properties(cls, dtype, num_classes=None):
        return {"loc": tfp.util.ParameterProperties(), "scale": tfp.util.ParameterProperties()}

    def _log_prob(self, x):
        b = (x + 1 / 510 - self.loc) / self.scale
        a = (x - 1 / 510 - self.loc) / self.scale
        # The open edges: nothing lies below 0 or above 1.
        below = ops.where(x < 1 / 510, 0.0, softplus(a))
        above = ops.where(x > 1 - 1 / 510, 0.0, softplus(-b))
        inside = ops.logical_and(x > 1 / 510, x < 1 - 1 / 510)
        return ops.where(inside, log1mexp(1 / (255 * self.scale)), 0.0) - above - below

    def _mean(self):
        """The integral over u in [0, 1] of P(X > u) before rounding, which stands for the sum over the 255 steps."""
        loc, scale = self.loc, self.scale
        return ops.clip(scale * (softplus(loc / scale) - softplus((loc - 1) / scale)), 0.0, 1.0)

    def _sample_n(self, n, seed=None):
        logistic = tfd.Logistic(self.loc, self.scale).sample(n, seed=seed)
        return _round_to_pixels(logistic)


@from_uniform.register(DiscretizedLogistic)
def _(distribution, u):
    return _round_to_pixels(from_uniform(tfd.Logistic(distribution.loc, distribution.scale), u))


@draw.register(DiscretizedLogistic)
def _(distribution, key, shape=()):
    return _round_to_pixels(draw(tfd.Logistic(distribution.loc, distribution.scale), key, shape))


@sides.register(DiscretizedLogistic)
def _(distribution, key, tolerance, shape=()):
    x = draw(tfd.Logistic(distribution.loc, distribution.scale), key, shape)
    return _round_to_pixels(x - tolerance), _round_to_pixels(x + tolerance)


def _round_to_pixels(x):
    return ops.round(ops.clip(x, 0.0, 1.0) * 255) / 255
