"""Real-valued pixels."""

from zoo.likelihoods.loc_scale import LocScale
from zoo.probability import tfd


class Gaussian(LocScale):
    """p(x|z) = N(x; loc(z), scale^2), the scale fixed, learned, or the decoder's for each pixel.

    Args:
        decoder, scale, learn_scale, min_scale, range: as of `zoo.likelihoods.loc_scale.LocScale`.

    Returns (of a call on z, `[..., D]`):
        `tfd.Independent(tfd.Normal)` with batch shape `[...]` and event shape `[height, width, channels]`.

    Raises:
        InputError: as of `LocScale`.

    Example:
        >>> from keras import ops
        >>> from zoo.networks.mlp import mlp_decoder
        >>> likelihood = Gaussian(mlp_decoder((8, 8, 1), latent_dim=2, parameters=2), scale=None)
        >>> tuple(likelihood(ops.zeros([3, 2])).mean().shape)
        (3, 8, 8, 1)

    References:
        Kingma and Welling 2014, "Auto-Encoding Variational Bayes", equation 12; Rybkin et al. 2021, "Simple and
        Effective VAE Training with Calibrated Decoders", for the learned scale.
    """

    def density(self, loc, scale):
        return tfd.Normal(loc, scale)
