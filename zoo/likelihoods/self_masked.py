"""Pixels of which some are missing, because of what they are."""

from keras import ops

from zoo.distributions.self_masked_image import SelfMaskedImage, points
from zoo.errors import InputError
from zoo.likelihoods.wrapping import Wrapping
from zoo.numerics.stable import softplus


class SelfMasked(Wrapping):
    """log p(x_seen, s|z), s which pixels are missing: each is with a probability that its own value says.

        log p(x_seen, s|z) = sum_seen log p(x_i|z) + log(1 - m_i(x_i)) + sum_missing log E_p(x_i|z)[m_i(x_i)],
        m_i(x) = sigmoid(bias_i + slope_i x)

    Each pixel's bias and slope are learned; they begin at 0, a chance of a half. Where slopes stay 0 pixels are missing
    at random, and z is inferred as of `Observed`. What is seen alone can't say in general which way pixels go missing:
    where that is known, say so (`sign`).

    Args:
        likelihood: `Bernoulli(decoder)` or `Gaussian(decoder)`.
        sign: 1 where larger values are missing more often, -1 where smaller ones are, None to learn it.

    Returns (of a call on z, `[..., D]`):
        A `zoo.distributions.self_masked_image.SelfMaskedImage` with batch shape `[...]`. Its draws are whole.

    Raises:
        InputError: another likelihood, or another sign.

    Example:
        >>> import numpy as np
        >>> from zoo.likelihoods.bernoulli import Bernoulli
        >>> from zoo.networks.mlp import mlp_decoder
        >>> likelihood = SelfMasked(Bernoulli(mlp_decoder((1, 2, 1), latent_dim=2)))
        >>> likelihood.build((None, 2))
        >>> round(float(likelihood(ops.zeros([2])).log_prob(np.full([1, 2, 1], np.nan, "float32"))), 4)
        -1.3863

    References:
        Ipsen, Mattei and Frellsen 2021, "not-MIWAE: Deep Generative Modelling with Missing not at Random Data".
    """

    scores_missing = True

    def __init__(self, likelihood, sign=None, **kwargs):
        super().__init__(likelihood, **kwargs)
        if sign not in (None, 1, -1):
            raise InputError(f"sign is {sign!r}, but must be 1 where larger values are missing more often, -1 or None.")
        self.sign = sign

    def build_pixels(self, pixels, event_shape):
        # Those that it knows no expected values of are refused.
        points(pixels)
        self.bias = self.add_weight(shape=event_shape, initializer="zeros", name="bias")
        self.raw_slope = self.add_weight(shape=event_shape, initializer="zeros", name="slope")

    def of(self, image):
        slope = ops.convert_to_tensor(self.raw_slope)
        slope = slope if self.sign is None else self.sign * softplus(slope)
        return SelfMaskedImage(image, ops.convert_to_tensor(self.bias), slope)
