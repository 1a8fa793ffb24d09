"""The prior that asks for nothing."""

from keras import ops

from zoo.networks.shapes import check_sizes
from zoo.priors.prior import Prior
from zoo.probability import tfd


class StandardNormal(Prior):
    """p(z) = N(z; 0, I).

    Args:
        latent_dim: the size D of z.

    Returns (of a call):
        `tfd.Independent(tfd.Normal)` with event shape `[D]`, no batch shape.

    Raises:
        InputError: `latent_dim` isn't a positive integer.

    Example:
        >>> prior = StandardNormal(2)
        >>> round(float(prior().log_prob([0.0, 0.0])), 4)
        -1.8379

    References:
        Kingma and Welling 2014, "Auto-Encoding Variational Bayes", section 3.
    """

    def __init__(self, latent_dim, **kwargs):
        super().__init__(**kwargs)
        (self.latent_dim,) = check_sizes("latent_dim", (latent_dim,))

    def build(self, input_shape=None):
        self.built = True

    def call(self, inputs=None):
        zeros = ops.zeros([self.latent_dim])
        return tfd.Independent(tfd.Normal(zeros, ops.ones_like(zeros)), 1)

    def begin_with(self, codes):
        """It is what they are drawn from."""
