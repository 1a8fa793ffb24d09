"""The diagonal Gaussian posterior."""

import keras

from zoo.distributions.diagonal_normal import diagonal_normal
from zoo.networks.shapes import check_sizes
from zoo.posteriors.posterior import Posterior


class Gaussian(Posterior):
    """q(z|x) = N(z; loc(x), diag(scale(x)^2)), where [loc, raw] = W encoder(x) + b, scale = softplus(raw) + 1e-4.

    Args:
        encoder: a network, `[B, ...]` to `[B, features]`.
        latent_dim: the size D of z.

    Returns (of a call on x):
        `tfd.Independent(tfd.Normal)` with batch shape `[B]` and event shape `[D]`.

    Raises:
        InputError: `latent_dim` isn't a positive integer.

    Example:
        >>> from zoo.networks.mlp import mlp_encoder
        >>> posterior = Gaussian(mlp_encoder((8, 8, 1)), latent_dim=2)
        >>> posterior(keras.ops.zeros([3, 8, 8, 1])).batch_shape[0]
        3

    References:
        Kingma and Welling 2014, "Auto-Encoding Variational Bayes", equation 9.
    """

    def __init__(self, encoder, latent_dim, **kwargs):
        super().__init__(**kwargs)
        (self.latent_dim,) = check_sizes("latent_dim", (latent_dim,))
        self.encoder = encoder
        # The head follows the precision of the networks; what it gives is cast before any density is taken.
        self.head = keras.layers.Dense(2 * latent_dim, name="loc_and_scale")

    def build(self, input_shape):
        if not self.encoder.built:
            self.encoder.build(input_shape)
        self.head.build(self.encoder.compute_output_shape(input_shape))
        self.built = True

    def statistics(self, x, training=None):
        return (self.head(self.encoder(x, training=training)),)

    def given(self, statistics, log_joint=None):
        (parameters,) = statistics
        return diagonal_normal(parameters)
