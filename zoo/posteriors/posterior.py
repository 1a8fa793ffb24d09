"""The base of posteriors: statistics of x, and the distribution that is made of them."""

from abc import abstractmethod

from zoo.part import Part
from zoo.support import Support


class Posterior(Part):
    """q(z|x) = given(statistics(x)): all that depends on x goes through the statistics, or through log p(x, z).

    So the best q for one x alone, of the kind that the encoder chooses from, is found by optimizing the statistics
    (`zoo.evaluation.likelihood.local_posterior`). A subclass has both methods, and a `latent_dim`. `training` is for
    the networks: dropout and batch normalization go by it.

    What `given` returns need not be a density. It is anything that `zoo.random.draw_and_log_prob` knows: a z, and a
    log_q under the law E[p(x, z) / exp(log_q)] = p(x).

    Example:
        >>> import keras
        >>> from zoo.networks.mlp import mlp_encoder
        >>> from zoo.posteriors.gaussian import Gaussian
        >>> posterior = Gaussian(mlp_encoder((8, 8, 1)), latent_dim=2)
        >>> statistics = posterior.statistics(keras.ops.zeros([3, 8, 8, 1]))
        >>> tuple(statistics[0].shape), posterior.given(statistics).event_shape[0]
        ((3, 4), 2)
    """

    #: Where z lives: the prior's too.
    support = Support.REALS
    #: Whether gradients reach the parameters through a draw: those of bits and of classes have none.
    reparameterized = True
    #: Whether it can be drawn from and no more is known of it: there is no log_q.
    implicit = False
    #: Whether labels are among what it is given: a dict of `image` and `label`.
    takes_labels = False
    #: Whether what it says of a label that is missing is a network's: `label(x)` is a classifier.
    classifies = False
    #: Whether it is made of the prior's own features: another prior can't take that one's place.
    reads_prior = False
    #: Whether it is a mixture whose weights are trained: objectives have to sum over its components.
    trains_weights = False
    #: How many labels there are, K, whose one-hot vectors are the first slice of z; None where there are none.
    labels = None
    #: How many classes each variable has, K, where z is one-hots side by side; None elsewhere.
    classes = None

    @abstractmethod
    def statistics(self, x, training=None):
        """The networks' statistics of x: a tuple of tensors, each `[B, ...]`."""

    @abstractmethod
    def given(self, statistics, log_joint=None):
        """The distribution over z, with batch shape `[B]` and event shape `[D]`, that the statistics stand for.

        Args:
            statistics: a tuple of tensors.
            log_joint: log p(x, z) as a function of z `[..., B, D]`, to `[..., B]`, for those that follow it.
        """

    def begin_with(self, kernel, loc, scale):
        """Begins as N(A x + a, diag(scale^2)), with an encoder that is a `zoo.networks.linear_encoder.LinearEncoder`.

        Args:
            kernel: A transposed, NumPy `[pixels, D]`.
            loc: a, `[D]`.
            scale: `[D]`.
        """
        raise NotImplementedError("a class that doesn't define it has no linear start")

    def call(self, x, log_joint=None, training=None):
        return self.given(self.statistics(x, training=training), log_joint)
