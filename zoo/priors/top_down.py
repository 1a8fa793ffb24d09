"""The prior of a hierarchy of levels, from the top down."""

from zoo.distributions.diagonal_normal import diagonal_normal
from zoo.distributions.top_down import top_down
from zoo.part import build_once
from zoo.priors.prior import Prior


class TopDown(Prior):
    """p(z) = prod_l p(z_l | z_1 .. z_(l-1)), diagonal Gaussians made of a network's features of the levels above.

    Args:
        network: a `zoo.networks.top_down.TopDown`, which the posterior and the decoder have, too.

    Returns (of a call):
        `zoo.distributions.chain.Chain`.

    Example:
        >>> from zoo.networks.top_down import TopDown as Network
        >>> TopDown(Network(sizes=(2, 4))).latent_dim
        6

    References:
        Sonderby et al. 2016, "Ladder Variational Autoencoders", equations 1 and 2.
    """

    def __init__(self, network, **kwargs):
        super().__init__(**kwargs)
        self.network, self.latent_dim = network, network.latent_dim

    def build(self, input_shape=None):
        build_once(self.network)
        self.built = True

    def call(self, inputs=None):
        return top_down(self.network, lambda level, h: diagonal_normal(self.network.parameters(level, h)))
