"""The uniform prior on the unit sphere."""

from zoo.distributions.spherical_uniform import SphericalUniform
from zoo.numerics.counts import check_count
from zoo.priors.prior import Prior
from zoo.support import Support


class Hyperspherical(Prior):
    """p(z) = 1 / area, on the unit sphere in R^m.

    Args:
        latent_dim: the size m of z, at least 2: the sphere has a dimension less.

    Returns (of a call):
        `zoo.distributions.spherical_uniform.SphericalUniform` of event shape `[m]`, no batch shape.

    Raises:
        InputError: `latent_dim` isn't an integer from 2 on.

    Example:
        >>> prior = Hyperspherical(3)
        >>> round(float(prior().log_prob([0.0, 0.0, 1.0])), 4)
        -2.531

    References:
        Davidson et al. 2018, "Hyperspherical Variational Auto-Encoders", section 3.
    """

    support = Support.SPHERE

    def __init__(self, latent_dim, **kwargs):
        super().__init__(**kwargs)
        check_count("latent_dim", latent_dim, least=2)
        self.latent_dim = int(latent_dim)

    def build(self, input_shape=None):
        self.built = True

    def call(self, inputs=None):
        return SphericalUniform(self.latent_dim)
