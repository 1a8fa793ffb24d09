"""Independent bits as a posterior."""

import keras
from keras import ops

from zoo.networks.shapes import check_sizes
from zoo.posteriors.posterior import Posterior
from zoo.probability import tfd
from zoo.support import Support


class Bernoulli(Posterior):
    """q(z|x) = prod_d q_d^z_d (1 - q_d)^(1 - z_d), z in {0, 1}^D, q = sigmoid(W encoder(x) + b).

    A bit has no gradient. Those that reach the encoder do so through log q(z|x), by an objective that is made for it:
    `zoo.objectives.nvil` or `vimco`.

    Args:
        encoder: a network, `[B, ...]` to `[B, features]`.
        latent_dim: how many bits, D.

    Returns (of a call on x):
        `tfd.Independent(tfd.Bernoulli)` with batch shape `[B]` and event shape `[D]`.

    Raises:
        InputError: `latent_dim` isn't a positive integer.

    Example:
        >>> from zoo.networks.mlp import mlp_encoder
        >>> posterior = Bernoulli(mlp_encoder((8, 8, 1)), latent_dim=2)
        >>> posterior(ops.zeros([3, 8, 8, 1])).batch_shape[0]
        3

    References:
        Mnih and Gregor 2014, "Neural Variational Inference and Learning in Belief Networks", section 2.5.
    """

    support = Support.BITS
    reparameterized = False

    def __init__(self, encoder, latent_dim, **kwargs):
        super().__init__(**kwargs)
        (self.latent_dim,) = check_sizes("latent_dim", (latent_dim,))
        self.encoder = encoder
        self.head = keras.layers.Dense(latent_dim, name="logits")

    def build(self, input_shape):
        if not self.encoder.built:
            self.encoder.build(input_shape)
        self.head.build(self.encoder.compute_output_shape(input_shape))
        self.built = True

    def statistics(self, x, training=None):
        return (self.head(self.encoder(x, training=training)),)

    def given(self, statistics, log_joint=None):
        (logits,) = statistics
        return tfd.Independent(tfd.Bernoulli(logits=ops.cast(logits, "float32"), dtype="float32"), 1)
