"""The distribution of a hierarchy of z that is drawn from the top down."""

from zoo.distributions.chain import Chain


def top_down(network, given, level=0, h=None):
    """prod_l p(z_l | h_l) over the vector [z_1, z_2, ...].

    Args:
        network: a `zoo.networks.top_down.TopDown`, or another of its kind, which makes h_(l+1) of h_l and z_l.
        given: a function of the level, from 0, and h to the distribution of z_l, of event shape `[sizes[level]]`.
        level, h: where it begins; None for the top.

    Returns:
        A `Chain`; at the lowest level its distribution itself.

    Example:
        >>> from zoo.distributions.diagonal_normal import diagonal_normal
        >>> from zoo.networks.top_down import TopDown
        >>> network = TopDown(sizes=(1, 2), width=8)
        >>> network.build()
        >>> float(top_down(network, lambda *at: diagonal_normal(network.parameters(*at))).log_prob([0.0, 0.0, 0.0])) < 0
        True
    """
    h = network.start() if h is None else h
    first = given(level, h)
    if level + 1 == len(network.sizes):
        return first

    def below(z):
        return top_down(network, given, level + 1, network.step(level, h, z))

    return Chain(first, below, size=network.sizes[level])
