"""A label beside a code that knows nothing of it."""

from keras import ops

from zoo.distributions.chain import Chain
from zoo.distributions.label import Label
from zoo.networks.shapes import check_sizes
from zoo.part import build_once
from zoo.priors.prior import Prior
from zoo.support import Support


class Labelled(Prior):
    """p(y, z) = 1/K p(z), over vectors [one_hot(y), z].

    Args:
        prior: p(z), of any kind.
        labels: how many there are, K.

    Returns (of a call):
        A `Chain` with event shape `[K + D]`, no batch shape. Of a call on labels, int32 `[n]`, p(z|y), with batch shape
        `[n]`: a vector of another label has no density there. Anything but 0 .. K - 1 is a missing label.

    Raises:
        InputError: `labels` isn't a positive integer.

    Example:
        >>> from zoo.priors.standard_normal import StandardNormal
        >>> prior = Labelled(StandardNormal(2), labels=10)
        >>> prior.latent_dim, round(float(prior().log_prob(ops.eye(12)[3])), 4)
        (12, -4.1405)

    References:
        Kingma et al. 2014, "Semi-Supervised Learning with Deep Generative Models", equation 2.
    """

    support = Support.LABEL_AND_REALS

    def __init__(self, prior, labels, **kwargs):
        super().__init__(**kwargs)
        (self.labels,) = check_sizes("labels", (labels,))
        self.prior, self.latent_dim = prior, labels + prior.latent_dim

    def build(self, input_shape=None):
        build_once(self.prior)
        self.built = True

    def call(self, label=None, training=None):
        logits = ops.zeros([self.labels])
        return Chain(Label(logits, label), self.prior(training=training), self.labels)
