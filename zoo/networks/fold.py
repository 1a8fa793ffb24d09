"""A network's run over vectors or maps with any leading axes."""

from keras import ops


def fold(network, z, axes=1, **kwargs):
    """network(z) for z `[..., D]`: meanwhile the leading axes are one batch.

    Args:
        network: `[B, D]` to `[B, ...]`.
        z: `[..., D]`; a single vector `[D]` too.
        axes: how many axes each example has: 3 for maps `[height, width, channels]`.
        **kwargs: for the network.

    Returns:
        float32 `[..., *]`, whatever the network's precision.

    Example:
        >>> import keras
        >>> tuple(fold(keras.layers.Dense(3), ops.ones([5, 2, 4])).shape)
        (5, 2, 3)
    """
    # [S, B, D] -> [S * B, D] -> [S * B, H, W, C] -> [S, B, H, W, C]
    leading = ops.shape(z)[:-axes]
    flat = z if len(leading) == 1 else ops.reshape(z, (-1, *z.shape[-axes:]))
    output = ops.cast(network(flat, **kwargs), "float32")
    if len(leading) == 1:
        return output
    if [*z.shape[:-axes]].count(None) == 1:
        # A shape that isn't computed: LiteRT's kernels may go wrong after a tensor whose size only a run knows.
        leading = [-1 if size is None else size for size in z.shape[:-axes]]
    return ops.reshape(output, (*leading, *output.shape[1:]))
