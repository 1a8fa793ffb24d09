"""What is seen of an image, and which of its pixels, where that depends on what they are."""

import functools

import numpy as np
from keras import ops

from zoo.distributions.observed_image import ObservedImage
from zoo.errors import InputError
from zoo.numerics.stable import log_sigmoid
from zoo.observed import filled
from zoo.probability import tfd

#: Points of the Gauss-Hermite rule.
POINTS = 20


class SelfMaskedImage(ObservedImage):
    """log p(x_seen, s): pixels of an image, of which each is missing with a probability that its own value says.

        log p(x_seen, s) = sum_seen log p_i(x_i) + log(1 - m_i(x_i)) + sum_missing log E_p_i[m_i(x_i)],
        m_i(x) = sigmoid(bias_i + slope_i x)

    The expected value is a sum for black-and-white pixels, and one of 20 points for normal ones: near where slope times
    scale is below 5 or so.

    Args:
        image: a `tfd.Independent` of pixels, Bernoulli or normal, of batch shape `[...]`.
        bias, slope: `[*event]`.

    Raises:
        InputError: other pixels.

    Example:
        >>> image = tfd.Independent(tfd.Normal(ops.zeros([1]), 1.0), 1)
        >>> p = SelfMaskedImage(image, bias=ops.zeros([1]), slope=ops.ones([1]))
        >>> round(float(p.log_prob(ops.convert_to_tensor([float("nan")]))), 4)  # log 1/2
        -0.6931

    References:
        Ipsen, Mattei and Frellsen 2021, "not-MIWAE: Deep Generative Modelling with Missing not at Random Data", for the
        model; there the expected value is a draw's.
    """

    def __init__(self, image, bias, slope):
        super().__init__(image)
        self.bias, self.slope = bias, slope

    def log_prob(self, x):
        """log p of what is seen of x and of what is missing, `[...]`, in nats."""
        value = filled(ops.convert_to_tensor(x))
        seen = self.pixels.log_prob(value) + log_sigmoid(-self._logit(value))
        values, log_weights = points(self.pixels)
        # [points, ..., *event]
        missing = ops.logsumexp(log_weights + log_sigmoid(self._logit(values)), axis=0)
        return self.sum_seen(x, seen, missing)

    def _logit(self, value):
        return self.bias + self.slope * value


@functools.singledispatch
def points(pixels):
    """Values of pixels and the logs of their weights, each `[K, ..., *event]`, for expected values of a function.

    Raises:
        InputError: pixels that have none here.
    """
    raise InputError(
        f"likelihood gives {type(pixels).__name__} pixels, but how probable it is that they are missing is known of "
        "black-and-white and of normal ones: give Bernoulli or Gaussian."
    )


@points.register(tfd.Bernoulli)
def _(pixels):
    logits = ops.convert_to_tensor(pixels.logits_parameter())
    return ops.stack([0 * logits, 0 * logits + 1]), ops.stack([log_sigmoid(-logits), log_sigmoid(logits)])


@points.register(tfd.Normal)
def _(pixels):
    nodes, weights = (each.astype("float32") for each in _hermite())
    loc, scale = (ops.convert_to_tensor(each) for each in (pixels.loc, pixels.scale))
    rank = max(len(loc.shape), len(scale.shape))
    nodes, weights = (np.reshape(each, (-1, *[1] * rank)) for each in (nodes, weights))
    return loc[None] + scale * nodes, ops.convert_to_tensor(np.log(weights))


def _hermite():
    """Points of N(0, 1), and their weights, whose sum is 1."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(POINTS)
    return nodes, weights / weights.sum()
