"""Black-and-white pixels."""

import numpy as np
from scipy.special import logit

from zoo.distributions.bernoulli_image import BernoulliImage
from zoo.likelihoods.likelihood import Likelihood


class Bernoulli(Likelihood):
    """log p(x|z) = sum_i x_i log p_i + (1 - x_i) log(1 - p_i), p = sigmoid(decoder(z)).

    For x strictly between 0 and 1 this is the expected value of log p under pixels drawn with probability x. It is no
    density of such an x.

    Args:
        decoder: a network, `[B, D]` to `[B, height, width, channels]`.

    Returns (of a call on z, `[..., D]`):
        A distribution with batch shape `[...]` and event shape `[height, width, channels]`.

    Example:
        >>> import keras
        >>> from zoo.networks.mlp import mlp_decoder
        >>> likelihood = Bernoulli(mlp_decoder((8, 8, 1), latent_dim=2))
        >>> tuple(likelihood(keras.ops.zeros([5, 3, 2])).mean().shape)
        (5, 3, 8, 8, 1)

    References:
        Kingma and Welling 2014, "Auto-Encoding Variational Bayes", equation 11.
    """

    binary = True
    # From the logit of 0.05 to that of 0.95: of pixels that are smoothed a little.
    slope = 2 * logit(0.95)

    def distribution(self, output):
        return BernoulliImage(output, self.rank)

    def output_for(self, mean, deviation=None):
        # A pixel that is never set keeps a small chance: its logit stays finite.
        return logit(np.clip(mean, 1e-3, 1 - 1e-3))

    def begin_with(self, deviation):
        """A pixel is 1 where its logit and a draw of the standard logistic are above 0: noise that is always there."""
        return np.sqrt(deviation**2 + np.pi**2 / 3)
