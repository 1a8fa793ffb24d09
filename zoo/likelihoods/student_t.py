"""Real-valued pixels, a few of which may be very far off."""

import math

from keras import ops

from zoo.data.pixels import UNIT
from zoo.distributions.student_t import StudentT as Distribution
from zoo.errors import InputError
from zoo.likelihoods.loc_scale import LocScale


class StudentT(LocScale):
    """p(x|z) = t_nu((x - loc(z)) / scale) / scale, with nu degrees of freedom.

    log p falls with -(nu + 1) log |x - loc| far out: what lies there moves loc less than it would a Gaussian's, which
    is what nu comes to as it grows.

    Args:
        decoder, scale, learn_scale, min_scale, range: as of `zoo.likelihoods.loc_scale.LocScale`.
        df: nu.

    Returns (of a call on z, `[..., D]`):
        `tfd.Independent(zoo.distributions.student_t.StudentT)` with batch shape `[...]` and event shape
        `[height, width, channels]`.

    Raises:
        InputError: as of `LocScale`, or `df` isn't above 2, where there is a variance.

    Example:
        >>> from zoo.networks.mlp import mlp_decoder
        >>> likelihood = StudentT(mlp_decoder((8, 8, 1), latent_dim=2, parameters=2), scale=None)
        >>> tuple(likelihood(ops.zeros([3, 2])).mean().shape)
        (3, 8, 8, 1)

    References:
        Takahashi et al. 2018, "Student-t Variational Autoencoder for Robust Density Estimation".
    """

    def __init__(self, decoder, scale=0.1, df=4.0, learn_scale=False, min_scale=1 / 256, range=UNIT, **kwargs):
        super().__init__(decoder, scale, learn_scale, min_scale, range, **kwargs)
        if not (isinstance(df, int | float) and 2 < df < math.inf):
            raise InputError(f"df is {df!r}, but must be a number above 2, where there is a variance.")
        self.df = df
        self.deviation = math.sqrt(df / (df - 2))

    def density(self, loc, scale):
        return Distribution(self.df * ops.ones_like(loc), loc, scale * ops.ones_like(loc))
