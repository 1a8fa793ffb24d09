"""The diagonal Gaussian posterior."""

import keras
from keras import ops

from zoo.networks.shapes import check_sizes
from zoo.numerics.stable import softplus
from zoo.posteriors.posterior import Posterior
from zoo.probability import tfd

# Below this a float32 code is a point, and its log density says more about rounding than about x.
MIN_SCALE = 1e-4


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
        >>> posterior(ops.zeros([3, 8, 8, 1])).batch_shape[0]
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


def diagonal_normal(parameters):
    """The diagonal Gaussian of a network's output: its first half is loc, its second softplus^-1 of the scale.

    Args:
        parameters: float `[B, 2 D]`, of any precision.

    Returns:
        `tfd.Independent(tfd.Normal)`, float32, with batch shape `[B]` and event shape `[D]`.

    Example:
        >>> q = diagonal_normal(ops.zeros([1, 4]))
        >>> [round(float(s), 4) for s in q.stddev()[0]]
        [0.6932, 0.6932]
    """
    loc, raw_scale = ops.split(ops.cast(parameters, "float32"), 2, axis=-1)
    return tfd.Independent(tfd.Normal(loc, softplus(raw_scale) + MIN_SCALE), 1)
