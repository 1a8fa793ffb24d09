"""32x32 patches of the two photographs that ship with scikit-learn."""

from zoo.data.patches import patches


def patches_32():
    """`Splits` of 3200 / 800 / 800 images, 32x32x3, without labels; none of one part overlaps one of another."""
    return patches(32, stride=8)
