"""A codebook: the nearest of K vectors takes the place of each that the encoder gives."""

from zoo.quantizers.residual_codebook import ResidualCodebook


class Codebook(ResidualCodebook):
    """At each place of the encoder's grid h the nearest of K vectors takes its place, with h's gradient.

        k = argmin_k |h - e_k|^2,     e = e_k
        loss = |sg(h) - e|^2 + beta |h - sg(e)|^2,     summed over the grid

    sg is a constant for the gradient. The first term trains the vectors; moving averages do without it. It is a
    `ResidualCodebook` of depth 1.

    Args:
        encoder: a network, `[B, height, width, channels]` to `[B, h, w, dim]`.
        size: how many vectors, K.
        decay, beta, dead: as of `ResidualCodebook`.

    Raises:
        InputError: as from `ResidualCodebook`.

    Example:
        >>> import keras
        >>> encoder = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Conv2D(5, 4, 4)])
        >>> tuple(Codebook(encoder, size=16)(keras.ops.zeros([2, 8, 8, 1])).codes.shape)
        (2, 4)

    References:
        van den Oord et al. 2017, "Neural Discrete Representation Learning", equation 3 and appendix A.1.
    """

    def __init__(self, encoder, size=512, decay=0.99, beta=0.25, dead=0.05, **kwargs):
        super().__init__(encoder, size, 1, decay, beta, dead, **kwargs)
