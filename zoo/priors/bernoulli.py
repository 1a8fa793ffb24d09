"""Independent bits as a prior."""

from keras import ops

from zoo.networks.shapes import check_sizes
from zoo.priors.prior import Prior
from zoo.probability import tfd
from zoo.support import Support


class Bernoulli(Prior):
    """p(z) = prod_d p_d^z_d (1 - p_d)^(1 - z_d), z in {0, 1}^D; the logits of p are trained, and begin at 0.

    Args:
        latent_dim: how many bits, D.

    Returns (of a call):
        `tfd.Independent(tfd.Bernoulli)` with event shape `[D]`, no batch shape.

    Raises:
        InputError: `latent_dim` isn't a positive integer.

    Example:
        >>> prior = Bernoulli(2)
        >>> round(float(prior().log_prob([0.0, 1.0])), 4)
        -1.3863

    References:
        Neal 1992, "Connectionist Learning of Belief Networks".
    """

    support = Support.BITS

    def __init__(self, latent_dim, **kwargs):
        super().__init__(**kwargs)
        (self.latent_dim,) = check_sizes("latent_dim", (latent_dim,))

    def build(self, input_shape=None):
        self.logits = self.add_weight(shape=(self.latent_dim,), initializer="zeros", name="logits")
        self.built = True

    def call(self, inputs=None):
        logits = ops.convert_to_tensor(self.logits)
        return tfd.Independent(tfd.Bernoulli(logits=logits, dtype="float32"), 1)
