"""Patches of the two photographs that ship with scikit-learn, divided by region."""

import numpy as np

from zoo.data.splits import Split, Splits

#: The side of a region, in pixels: each photograph has 4 x 6 of them.
REGION = 106
#: How many of the 48 regions are for testing, and as many for validation.
HELD_OUT = 8


def patches(size, stride):
    """`Splits` of square patches in colour, every `stride` pixels within each region.

    Patches that overlap have pixels in common: a test patch that overlaps one that was trained on would be known in
    part. So whole regions are for training, validation or testing, picked by a permutation, and no patch is of two.

    Args:
        size: of a patch's side, in pixels.
        stride: how many pixels one patch is from the next.

    Example:
        >>> patches(32, stride=37).image_shape
        (32, 32, 3)
    """
    from sklearn.datasets import load_sample_images

    regions = [
        photograph[top : top + REGION, left : left + REGION]
        for photograph in load_sample_images().images
        for top in range(0, photograph.shape[0] - REGION + 1, REGION)
        for left in range(0, photograph.shape[1] - REGION + 1, REGION)
    ]
    order = np.random.default_rng(0).permutation(len(regions))
    chosen = order[2 * HELD_OUT :], order[HELD_OUT : 2 * HELD_OUT], order[:HELD_OUT]
    return Splits(*(Split(np.concatenate([_within(regions[n], size, stride) for n in part])) for part in chosen))


def _within(region, size, stride):
    """The patches of a region, `[N, size, size, 3]`."""
    windows = np.lib.stride_tricks.sliding_window_view(region, (size, size), axis=(0, 1))[::stride, ::stride]
    # [rows, columns, 3, size, size] -> [N, size, size, 3]
    return np.ascontiguousarray(np.moveaxis(windows, 2, -1)).reshape(-1, size, size, region.shape[-1])
