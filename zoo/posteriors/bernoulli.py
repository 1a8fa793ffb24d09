"""Independent bits as a posterior."""

from keras import ops

from zoo.posteriors.headed import Headed
from zoo.probability import tfd
from zoo.support import Support


class Bernoulli(Headed):
    """q(z|x) = prod_d q_d^z_d (1 - q_d)^(1 - z_d), z in {0, 1}^D, q = sigmoid(W encoder(x) + b).

    A bit has no gradient. Those that reach the encoder do so through log q(z|x), or what stands for a bit's gradient,
    by an objective that is made for it: `nvil`, `vimco`, `rebar`, ... of `zoo.objectives`.

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

    head_of = ("logits", 1)

    def given(self, statistics, log_joint=None):
        (logits,) = statistics
        return tfd.Independent(tfd.Bernoulli(logits=ops.cast(logits, "float32"), dtype="float32"), 1)
