"""8x8 patches of the two photographs that ship with scikit-learn."""

from zoo.data.patches import patches


def patches_8():
    """`Splits` of 20000 / 5000 / 5000 images, 8x8x3, without labels; none of one part overlaps one of another."""
    return patches(8, stride=4)
