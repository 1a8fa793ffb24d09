"""The diagonal Gaussian posterior."""

from zoo.distributions.diagonal_normal import diagonal_normal
from zoo.posteriors.headed import Headed, begin_linear


class Gaussian(Headed):
    """q(z|x) = N(z; loc(x), diag(scale(x)^2)), where [loc, raw] = W encoder(x) + b, scale = softplus(raw) + 1e-4.

    Args:
        encoder: a network, `[B, ...]` to `[B, features]`.
        latent_dim: the size D of z.

    Returns (of a call on x):
        `tfd.Independent(tfd.Normal)` with batch shape `[B]` and event shape `[D]`.

    Raises:
        InputError: `latent_dim` isn't a positive integer.

    Example:
        >>> import keras
        >>> from zoo.networks.mlp import mlp_encoder
        >>> posterior = Gaussian(mlp_encoder((8, 8, 1)), latent_dim=2)
        >>> posterior(keras.ops.zeros([3, 8, 8, 1])).batch_shape[0]
        3

    References:
        Kingma and Welling 2014, "Auto-Encoding Variational Bayes", equation 9.
    """

    def given(self, statistics, log_joint=None):
        (parameters,) = statistics
        return diagonal_normal(parameters)

    def begin_with(self, kernel, loc, scale):
        begin_linear(self.encoder, self.head, kernel, loc, scale)
