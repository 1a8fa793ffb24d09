"""Independent categorical variables as a prior."""

from keras import ops

from zoo.distributions.one_hots import OneHots
from zoo.networks.shapes import check_sizes
from zoo.numerics.counts import check_count
from zoo.priors.prior import Prior
from zoo.support import Support


class Categorical(Prior):
    """p(z) = prod_n Cat(z_n; softmax(l_n)), z_n one-hot; the logits l are trained, and begin at 0.

    Args:
        categoricals: how many, N.
        classes: how many each has, K: z is of size N K.

    Returns (of a call):
        `zoo.distributions.one_hots.OneHots` of event shape `[N K]`, no batch shape.

    Raises:
        InputError: `categoricals` isn't a positive integer, or `classes` none from 2 on.

    Example:
        >>> prior = Categorical(categoricals=2, classes=3)
        >>> prior.latent_dim, round(float(prior().log_prob([0.0, 1.0, 0.0, 0.0, 0.0, 1.0])), 4)
        (6, -2.1972)

    References:
        Jang et al. 2017, "Categorical Reparameterization with Gumbel-Softmax".
    """

    support = Support.ONE_HOTS

    def __init__(self, categoricals, classes, **kwargs):
        super().__init__(**kwargs)
        (self.categoricals,) = check_sizes("categoricals", (categoricals,))
        check_count("classes", classes, least=2)
        self.classes = int(classes)
        self.latent_dim = self.categoricals * self.classes

    def build(self, input_shape=None):
        self.logits = self.add_weight(shape=(self.categoricals, self.classes), initializer="zeros", name="logits")
        self.built = True

    def call(self, inputs=None):
        return OneHots(ops.convert_to_tensor(self.logits))
