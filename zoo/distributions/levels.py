"""A distribution over the 256 values of an 8-bit pixel, each with a probability of its own."""

from zoo.distributions.whole_number import WholeNumber

#: The values k/255.
COUNT = 256


class Levels(WholeNumber):
    """P(x = k/255) = softmax(logits)_k, k = 0 ... 255.

    Args:
        logits: float tensor `[..., 256]`.

    Example:
        >>> from keras import ops
        >>> round(float(Levels(ops.zeros([256])).log_prob(0.2)), 4)
        -5.5452

    References:
        van den Oord et al. 2016, "Pixel Recurrent Neural Networks", section 3.3.
    """

    per_unit = COUNT - 1

    def __init__(self, logits, name="Levels"):
        super().__init__(logits, name)
