"""The discrepancy of an autoencoder's codes from its prior."""

from keras import ops

from zoo.numerics.counts import check_positive
from zoo.numerics.mmd import SCALES, mmd
from zoo.penalties.penalty import Penalty
from zoo.random import draw, stream


class MMDToPrior(Penalty):
    """weight MMD^2(q(z), p(z)), q(z) being the distribution of a batch's codes: what makes codes fill the prior.

    It is an estimate without bias, of as many draws of the prior as there are codes, and may be below 0. The draws are
    fresh at each step, and the same at each evaluation. Its value depends on the batch.

    Args:
        weight: what the discrepancy counts for.
        scales: of the kernel, as of `zoo.numerics.mmd`.

    Returns (of a call on an autoencoder, images and codes):
        float32 `[B]`, the same for each image of the batch.

    Raises:
        InputError: a weight that isn't positive, or the autoencoder has no prior.

    Example:
        >>> import zoo
        >>> autoencoder = zoo.build("wae_mmd", image_shape=(8, 8, 1), latent_dim=2)
        >>> x = ops.ones([5, 8, 8, 1])
        >>> tuple(MMDToPrior()(autoencoder, x, autoencoder.encode(x)).shape)
        (5,)

    References:
        Tolstikhin et al. 2018, "Wasserstein Auto-Encoders", algorithm 2.
    """

    def __init__(self, weight=10.0, scales=SCALES, **kwargs):
        super().__init__(**kwargs)
        check_positive("weight", weight)
        for scale in scales:
            check_positive("scales", scale)
        self.weight, self.scales = weight, tuple(scales)

    def call(self, autoencoder, x, z, training=False):
        prior = self.prior_of(autoencoder)
        drawn = draw(prior, stream(self.key(training), "codes to be near to"), (ops.shape(z)[0],))
        return self.weight * ops.broadcast_to(mmd(z, ops.stop_gradient(drawn), self.scales), ops.shape(z)[:1])
