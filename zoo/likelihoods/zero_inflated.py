"""Counts of which many are 0."""

import numpy as np

from zoo.distributions.zero_inflated import ZeroInflated as Distribution
from zoo.errors import InputError
from zoo.likelihoods.counts import Counts
from zoo.likelihoods.negative_binomial import NegativeBinomial


class ZeroInflated(Counts):
    """P(x|z) = p(z) [x = 0] + (1 - p(z)) P_counts(x|z): some counts are 0 whatever else they would have been.

    Args:
        decoder: a network, `[B, D]` to `[B, height, width, 3 * channels]`: the logits of p, and what the counts take.
        of: what they are where they aren't 0 for that: a likelihood of counts without a decoder; None for
            `NegativeBinomial(None)`.

    Returns (of a call on z, `[..., D]`):
        `tfd.Independent(zoo.distributions.zero_inflated.ZeroInflated)` with batch shape `[...]` and event shape
        `[height, width, channels]`.

    Raises:
        InputError: another likelihood than one of counts.

    Example:
        >>> from keras import ops
        >>> from zoo.networks.mlp import mlp_decoder
        >>> likelihood = ZeroInflated(mlp_decoder((5,), latent_dim=2, parameters=3))
        >>> likelihood.build((None, 2))
        >>> tuple(likelihood(ops.zeros([3, 2])).mean().shape)
        (3, 5)

    References:
        Lopez et al. 2018, "Deep Generative Modeling for Single-Cell Transcriptomics".
    """

    parameters = 3

    def __init__(self, decoder, of=None, **kwargs):
        super().__init__(decoder, **kwargs)
        self.of = NegativeBinomial(None) if of is None else of
        # Of what is zero for nothing already there is no more to say.
        if not isinstance(self.of, Counts) or isinstance(self.of, ZeroInflated):
            raise InputError(f"of is {type(self.of).__name__}, but must be a likelihood of counts: NegativeBinomial.")
        self.parameters = 1 + self.of.parameters

    def pixels(self, output):
        channels = output.shape[-1] // self.parameters
        return Distribution(self.of.pixels(output[..., channels:]), output[..., :channels])

    def output_for(self, mean, deviation=None):
        # One in ten is 0 for nothing.
        logit = np.full_like(np.asarray(mean, "float64"), np.log(1 / 9))
        return np.concatenate([logit, self.of.output_for(np.asarray(mean) / 0.9, deviation)], axis=-1)
