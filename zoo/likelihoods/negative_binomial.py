"""Counts."""

import numpy as np
from keras import ops

from zoo.distributions.negative_binomial import NegativeBinomial as Distribution
from zoo.likelihoods.counts import Counts
from zoo.numerics.stable import inverse_softplus, softplus

#: What the logarithm of a mean is kept within: nearly never, and above all counts.
LIMITS = (-12.0, 13.8)
#: The least 1/r: below it a count is as good as Poisson's.
MIN_SPREAD = 1e-6


class NegativeBinomial(Counts):
    """P(x|z) of counts x = 0, 1, 2, ..., of mean m(z) and variance m + m^2 / r(z): negative binomial.

        m = exp(first half of the decoder's numbers), 1/r = 1e-6 + softplus(second half)

    Args:
        decoder: a network, `[B, D]` to `[B, height, width, 2 * channels]`.

    Returns (of a call on z, `[..., D]`):
        `tfd.Independent(zoo.distributions.negative_binomial.NegativeBinomial)` with batch shape `[...]` and event shape
        `[height, width, channels]`.

    Example:
        >>> from zoo.networks.mlp import mlp_decoder
        >>> likelihood = NegativeBinomial(mlp_decoder((5,), latent_dim=2, parameters=2))
        >>> likelihood.build((None, 2))
        >>> tuple(likelihood(ops.zeros([3, 2])).mean().shape)
        (3, 5)

    References:
        Lopez et al. 2018, "Deep Generative Modeling for Single-Cell Transcriptomics".
    """

    parameters = 2

    def pixels(self, output):
        log_mean, raw_spread = ops.split(output, 2, axis=-1)
        return Distribution(ops.exp(ops.clip(log_mean, *LIMITS)), 1 / (softplus(raw_spread) + MIN_SPREAD))

    def output_for(self, mean, deviation=None):
        mean = np.maximum(np.asarray(mean, "float64"), np.exp(LIMITS[0]))
        spread = np.full_like(mean, 0.5) if deviation is None else (np.square(deviation) - mean) / mean**2
        return np.concatenate([np.log(mean), inverse_softplus(np.maximum(spread, 1e-3))], axis=-1)
