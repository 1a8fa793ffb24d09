"""The piecewise constant prior on a cube."""

from keras import ops

from zoo.distributions.piecewise_constant import PiecewiseConstant as Distribution
from zoo.networks.shapes import check_sizes
from zoo.numerics.counts import check_count
from zoo.priors.prior import Prior
from zoo.support import Support


class PiecewiseConstant(Prior):
    """p(z) = prod_d n m_di where z_d is in the i-th of n pieces of [0, 1]; the masses m are trained, and begin equal.

    Args:
        latent_dim: the size D of z.
        pieces: how many, n, at least 2.

    Returns (of a call):
        `zoo.distributions.piecewise_constant.PiecewiseConstant` of event shape `[D]`, no batch shape.

    Raises:
        InputError: `latent_dim` isn't a positive integer, or `pieces` none from 2 on.

    Example:
        >>> prior = PiecewiseConstant(latent_dim=2, pieces=5)
        >>> abs(round(float(prior().log_prob([0.1, 0.9])), 4))
        0.0

    References:
        Serban et al. 2016, "Piecewise Latent Variables for Neural Variational Text Processing", section 4.
    """

    support = Support.CUBE

    def __init__(self, latent_dim, pieces=5, **kwargs):
        super().__init__(**kwargs)
        (self.latent_dim,) = check_sizes("latent_dim", (latent_dim,))
        check_count("pieces", pieces, least=2)
        self.pieces = int(pieces)

    def build(self, input_shape=None):
        self.logits = self.add_weight(shape=(self.latent_dim, self.pieces), initializer="zeros", name="logits")
        self.built = True

    def call(self, inputs=None):
        return Distribution(ops.convert_to_tensor(self.logits))
