"""The distribution of a hierarchy of z that is drawn from the top down."""

from zoo.distributions.chain import Chain
from zoo.distributions.diagonal_normal import diagonal_normal


def top_down(network, parameters, level=0, h=None):
    """prod_l N(z_l; loc, diag(scale^2)), where l's [loc, raw] = parameters(l, h_l), over the vector [z_1, z_2, ...].

    Args:
        network: a `zoo.networks.top_down.TopDown`, which makes h_(l+1) of h_l and z_l.
        parameters: a function of the level, from 0, and h, `[..., width]`, to `[..., 2 sizes[level]]`.
        level, h: where it begins; None for the top.

    Returns:
        A `Chain` of diagonal Gaussians; a single Gaussian at the lowest level.

    Example:
        >>> from zoo.networks.top_down import TopDown
        >>> network = TopDown(sizes=(1, 2), width=8)
        >>> network.build()
        >>> float(top_down(network, network.parameters).log_prob([0.0, 0.0, 0.0])) < 0
        True
    """
    h = network.start() if h is None else h
    first = diagonal_normal(parameters(level, h))
    if level + 1 == len(network.sizes):
        return first

    def below(z):
        return top_down(network, parameters, level + 1, network.step(level, h, z))

    return Chain(first, below, size=network.sizes[level])
