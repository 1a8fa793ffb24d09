"""Independent Laplace dimensions as a prior."""

from keras import ops

from zoo.networks.shapes import check_sizes
from zoo.numerics.counts import check_positive
from zoo.priors.prior import Prior
from zoo.probability import tfd


class Laplace(Prior):
    """p(z) = prod_d 1 / (2 b) exp(-|z_d| / b).

    It has more of its mass near 0, and more far out, than a normal of the same variance, 2 b^2: an image has a code of
    few large numbers. For a Gaussian posterior the KL term has a closed form (`zoo.numerics.divergence`). Draws lie at
    most 15.9 b away from 0.

    Args:
        latent_dim: the size D of z.
        scale: b.

    Returns (of a call):
        `tfd.Independent(tfd.Laplace)` with event shape `[D]`, no batch shape.

    Raises:
        InputError: `latent_dim` isn't a positive integer, or `scale` isn't positive.

    Example:
        >>> prior = Laplace(2)
        >>> round(float(prior().log_prob([0.0, 1.0])), 4)
        -2.3863

    References:
        Olshausen and Field 1996, "Emergence of simple-cell receptive field properties by learning a sparse code for
        natural images", for codes of which few are large.
    """

    def __init__(self, latent_dim, scale=1.0, **kwargs):
        super().__init__(**kwargs)
        (self.latent_dim,) = check_sizes("latent_dim", (latent_dim,))
        check_positive("scale", scale)
        self.scale = scale

    def build(self, input_shape=None):
        self.built = True

    def call(self, inputs=None):
        zeros = ops.zeros([self.latent_dim])
        return tfd.Independent(tfd.Laplace(zeros, ops.full_like(zeros, self.scale)), 1)
