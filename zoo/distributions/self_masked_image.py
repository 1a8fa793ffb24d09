"""An image of which pixels are missing because of what they are: those that are seen, and which these are."""

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
        each = [log_weight + log_sigmoid(self._logit(value)) for value, log_weight in points(self.pixels)]
        # One after the other: TFLite has no operations on as many axes as all at once would take.
        return self.sum_seen(x, seen, functools.reduce(ops.logaddexp, each))

    def _logit(self, value):
        return self.bias + self.slope * value


@functools.singledispatch
def points(pixels):
    """Values of pixels, `[..., *event]`, and the logs of their weights, for expected values: a list of such pairs.

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
    return [(0 * logits, log_sigmoid(-logits)), (0 * logits + 1, log_sigmoid(logits))]


@points.register(tfd.Normal)
def _(pixels):
    nodes, weights = np.polynomial.hermite_e.hermegauss(POINTS)
    log_weights = np.log(weights / weights.sum())
    return [
        (pixels.loc + pixels.scale * float(node), float(log_weight))
        for node, log_weight in zip(nodes, log_weights, strict=True)
    ]
