"""The score function with a control variate that is a smooth function of what bits are the signs of."""

from keras import ops

from zoo.numerics.gradient import gradient


def control_variate(bits, z, v, left, slope):
    """The estimate of d E[f(z)] / d logits with a control variate c(h), where z are the signs of h.

        [f(z) - c(h|z)] grad log q(z) + grad c(h) - grad c(h|z)

    h = logits + noise, and h|z moves with the logits while z stays. Both are drawn by the same v, so that their values
    are one, and their slopes aren't. Its mean is the gradient, whatever c is. It can be differentiated again by what
    `left` and `slope` depend on.

    Args:
        bits: `zoo.random.relaxation` of q(z|x), with logits that no gradient follows.
        z: draws, `[S, B, D]`.
        v: uniforms of that shape.
        left: f(z) - c(h), `[S, B]`, of h = bits.perturbed(z, v).
        slope: the gradient of c by h, `[S, B, D]`.

    Returns:
        The estimate, averaged over the draws, of the logits' shape.

    Example:
        >>> from zoo.random.relaxation import Bits
        >>> bits, z, v = Bits(ops.zeros([1, 1])), ops.ones([1, 1, 1]), ops.full([1, 1, 1], 0.5)
        >>> float(control_variate(bits, z, v, left=ops.ones([1, 1]), slope=ops.zeros([1, 1, 1]))[0, 0])
        0.5

    References:
        Tucker et al. 2017, "REBAR: Low-variance, unbiased gradient estimates for discrete latent variable models";
        Grathwohl et al. 2018, "Backpropagation through the Void: Optimizing control variates for black-box gradient
        estimation".
    """
    noise = bits.perturbed(z, v) - bits.logits

    def surrogate(logits):
        moved = bits._replace(logits=logits)
        path = logits + noise - moved.perturbed(z, v)
        return ops.mean(left * moved.log_prob(z) + ops.sum(slope * path, axis=-1), axis=0)

    return gradient(surrogate, bits.logits)
