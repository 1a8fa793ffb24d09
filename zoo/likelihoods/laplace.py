"""Real-valued pixels, some of which may be far off."""

import math

from zoo.likelihoods.loc_scale import LocScale
from zoo.probability import tfd


class Laplace(LocScale):
    """p(x|z) = exp(-|x - loc(z)| / scale) / (2 scale), the scale fixed, learned, or the decoder's for each pixel.

    With a fixed scale the best loc is the median of the pixels, where a Gaussian's is their mean: a few that are far
    off, edges say, don't move it. The scale is the mean distance, sqrt(2) times less than the standard deviation.

    Args:
        decoder, scale, learn_scale, min_scale, range: as of `zoo.likelihoods.loc_scale.LocScale`.

    Returns (of a call on z, `[..., D]`):
        `tfd.Independent(tfd.Laplace)` with batch shape `[...]` and event shape `[height, width, channels]`.

    Raises:
        InputError: as of `LocScale`.

    Example:
        >>> from keras import ops
        >>> from zoo.networks.mlp import mlp_decoder
        >>> likelihood = Laplace(mlp_decoder((8, 8, 1), latent_dim=2, parameters=2), scale=None)
        >>> tuple(likelihood(ops.zeros([3, 2])).mean().shape)
        (3, 8, 8, 1)

    References:
        Johnson et al. 1995, "Continuous Univariate Distributions", volume 2, chapter 24.
    """

    deviation = math.sqrt(2)

    def density(self, loc, scale):
        return tfd.Laplace(loc, scale)
