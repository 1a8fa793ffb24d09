"""The weights with which a batch stands for all images."""

from keras import ops


def stratified_weights(count, images=None):
    """The weights of a batch's q(z|x_j), `[B, B]`, with which a row's mean is that of all N images' q(z|x_n).

    Row i is for a draw z_i of q(z|x_i), and x_i is in it whichever the others are: so it has 1/N, as in the mixture of
    all. The others stand for the rest. With M = B - 1, one of them has (N - M) / (N M), and the others 1/M each; rows
    sum to 1, and over all choices of the others a row's mean has no bias.

    Args:
        count: B, an int or an int32 scalar.
        images: how many there are, N, at least B; None for 1/B everywhere, as though the batch were all there is.

    Returns:
        float32 `[B, B]`, row i for draw z_i.

    Example:
        >>> ops.convert_to_numpy(stratified_weights(2, images=4)).tolist()
        [[0.25, 0.75], [0.75, 0.25]]

    References:
        Chen et al. 2018, "Isolating Sources of Disentanglement in Variational Autoencoders", appendix C.2.
    """
    row = ops.arange(count)
    same, size = ops.cast(row[:, None] == row, "float32"), ops.cast(count, "float32")
    if images is None:
        return ops.ones_like(same) / size
    # A batch has no more than there are, whatever was said.
    n, others = ops.maximum(float(images), size), ops.maximum(size - 1, 1.0)
    after = ops.roll(same, 1, axis=1)
    rest = 1 - ops.maximum(same, after)
    return same / n + after * (n - others) / (n * others) + rest / others
