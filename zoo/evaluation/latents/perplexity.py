"""The perplexity of codes: as how many that are used alike."""

import numpy as np


def perplexity(counts):
    """exp(-sum_k p_k log p_k), p_k the share of code k: from 1, where one is used alone, to K, where all are alike.

    It is that of a whole set: of a batch, where few codes can be, it is smaller.

    Args:
        counts: how often each code is used, `[..., K]`.

    Returns:
        NumPy `[...]`.

    Example:
        >>> perplexity([[5, 5, 0, 0], [7, 0, 0, 0]]).round(4).tolist()
        [2.0, 1.0]
    """
    counts = np.asarray(counts, "float64")
    p = counts / counts.sum(axis=-1, keepdims=True)
    return np.exp(-np.sum(p * np.log(np.where(p > 0, p, 1)), axis=-1))
