"""Independent categorical variables as a posterior."""

from keras import ops

from zoo.distributions.one_hots import OneHots
from zoo.networks.shapes import check_sizes
from zoo.numerics.counts import check_count
from zoo.posteriors.headed import Headed
from zoo.support import Support


class Categorical(Headed):
    """q(z|x) = prod_n Cat(z_n; softmax(l_n)), z_n one-hot, [l_1, ..., l_N] = W encoder(x) + b.

    A class has no gradient. Those that reach the encoder do so through log q(z|x), by an objective that is made for it:
    `zoo.objectives.nvil` or `vimco`.

    Args:
        encoder: a network, `[B, ...]` to `[B, features]`.
        categoricals: how many, N.
        classes: how many each has, K: z is of size N K.

    Returns (of a call on x):
        `zoo.distributions.one_hots.OneHots` with logits `[B, N, K]` and event shape `[N K]`.

    Raises:
        InputError: `categoricals` isn't a positive integer, or `classes` none from 2 on.

    Example:
        >>> from zoo.networks.mlp import mlp_encoder
        >>> posterior = Categorical(mlp_encoder((8, 8, 1)), categoricals=2, classes=3)
        >>> tuple(posterior(ops.zeros([5, 8, 8, 1])).logits.shape)
        (5, 2, 3)

    References:
        Jang et al. 2017, "Categorical Reparameterization with Gumbel-Softmax".
    """

    support = Support.ONE_HOTS
    reparameterized = False

    head_of = ("logits", 1)

    def __init__(self, encoder, categoricals, classes, **kwargs):
        (categoricals,) = check_sizes("categoricals", (categoricals,))
        check_count("classes", classes, least=2)
        super().__init__(encoder, categoricals * classes, **kwargs)
        self.categoricals, self.classes = categoricals, int(classes)

    def given(self, statistics, log_joint=None):
        (logits,) = statistics
        return OneHots(ops.reshape(logits, (-1, self.categoricals, self.classes)))
