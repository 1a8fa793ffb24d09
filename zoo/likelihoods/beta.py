"""Grey values from black to white, Beta distributed."""

import numpy as np
from keras import ops
from scipy.special import logit

from zoo.distributions.squeezed_beta import LEVELS, SqueezedBeta
from zoo.likelihoods.likelihood import Likelihood
from zoo.numerics.stable import softplus
from zoo.probability import tfd

#: A concentration's lower bound, which keeps its logarithm finite.
LEAST = 1e-3
#: The lower bound of 1/n: at it a pixel of 1/2 has the standard deviation of a grey value, 1/256.
MIN_SPREAD = 2.0**-14


class Beta(Likelihood):
    """p(x|z) of pixels that are Beta distributed once they are squeezed: y = (x (N - 1) + 1/2) / N, N = 256.

        log p(x) = sum_i log Beta(y_i; a_i, b_i) + log((N - 1) / N)
        a = n m + 0.001,  b = n (1 - m) + 0.001,  m = sigmoid(r),  1/n = softplus(s - 3.2) + 2^-14

    A Beta density has no value at 0 and at 1, where black and white pixels lie; squeezed they are 1/512 and 511/512.
    The last term is the squeeze's log slope: it makes this a density of x, over the bins of all grey values, from
    -1/510 to 1 + 1/510. As the concentration n is bounded, so is the density of pixels that never change.

    Args:
        decoder: a network, `[B, D]` to `[B, height, width, 2 * channels]`: the first half is r, the second s.

    Returns (of a call on z, `[..., D]`):
        A distribution with batch shape `[...]` and event shape `[height, width, channels]`. A draw may be half a grey
        value beyond black or white, where a model clips it.

    Example:
        >>> from zoo.networks.mlp import mlp_decoder
        >>> likelihood = Beta(mlp_decoder((8, 8, 1), latent_dim=2, parameters=2))
        >>> tuple(likelihood(ops.zeros([5, 3, 2])).mean().shape)
        (5, 3, 8, 8, 1)

    References:
        Smithson and Verkuilen 2006, "A Better Lemon Squeezer? Maximum-Likelihood Regression With Beta-Distributed
        Dependent Variables", for m, n and the squeeze.
    """

    parameters = 2

    def distribution(self, output):
        raw_mean, raw_spread = ops.split(output, 2, axis=-1)
        # softplus(-3.2) = 1/25: a standard deviation of a tenth, for a start.
        n = 1 / (softplus(raw_spread - 3.2) + MIN_SPREAD)
        a, b = LEAST + n * ops.sigmoid(raw_mean), LEAST + n * ops.sigmoid(-raw_mean)
        return tfd.Independent(SqueezedBeta(a, b), self.rank)

    def output_for(self, mean, deviation=None):
        raw_mean = logit(((LEVELS - 1) * np.asarray(mean, "float64") + 0.5) / LEVELS)
        return np.concatenate([raw_mean, np.zeros_like(raw_mean)], axis=-1)
