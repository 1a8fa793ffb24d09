"""8-bit pixels."""

import numpy as np
from keras import ops

from zoo.data.pixels import check_levels
from zoo.distributions.discretized_logistic import DiscretizedLogistic as DiscretizedLogisticDistribution
from zoo.likelihoods.likelihood import Likelihood
from zoo.numerics.stable import inverse_softplus, softplus
from zoo.probability import tfd

# A tenth of a grey value: below this a pixel is as good as certain.
MIN_SCALE = 0.1 / 255


class DiscretizedLogistic(Likelihood):
    """P(x|z) of pixels k/255: the mass that a logistic density has in the bin around each, the edge bins open.

        P(x|z) = F((x + 1/510 - loc) / scale) - F((x - 1/510 - loc) / scale),   F = sigmoid

    Args:
        decoder: a network, `[B, D]` to `[B, height, width, 2 * channels]`: the first half is loc - 1/2, the second
            softplus^-1 of the scale, up to a shift that starts it at 0.1.

    Returns (of a call on z, `[..., D]`):
        A distribution with batch shape `[...]` and event shape `[height, width, channels]`; its log probabilities are
        comparable across models as bits per dimension.

    Example:
        >>> from zoo.networks.mlp import mlp_decoder
        >>> likelihood = DiscretizedLogistic(mlp_decoder((8, 8, 3), latent_dim=2, parameters=2))
        >>> tuple(likelihood(ops.zeros([3, 2])).mean().shape)
        (3, 8, 8, 3)

    References:
        Kingma et al. 2016, "Improving Variational Inference with Inverse Autoregressive Flow", appendix C.2.
    """

    parameters = 2
    eight_bit = True

    def distribution(self, output):
        loc, raw_scale = ops.split(output, 2, axis=-1)
        # softplus(-2.25) = 0.1, a typical error of a pixel before anything has been learned.
        scale = softplus(raw_scale - 2.25) + MIN_SCALE
        return tfd.Independent(DiscretizedLogisticDistribution(loc + 0.5, scale), self.rank)

    def output_for(self, mean, deviation=None):
        scale = np.full_like(mean, 0.1) if deviation is None else np.sqrt(3) / np.pi * deviation
        raw = 0 * mean if deviation is None else inverse_softplus(scale - MIN_SCALE) + 2.25
        return np.concatenate([mean - 0.5, raw], axis=-1)

    def begin_with(self, deviation):
        # A logistic density of scale s has the variance (pi s)^2 / 3.
        return np.maximum(deviation, 2 * MIN_SCALE * np.pi / np.sqrt(3))

    def check(self, x, name):
        check_levels(x, name, "a discretized logistic likelihood")
