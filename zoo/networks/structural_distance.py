"""The distance of two images by their structural similarity."""

import keras
from keras import ops

from zoo.numerics.ms_ssim import ms_ssim


@keras.saving.register_keras_serializable(__name__)
def structural_distance(x, y, weight=1.0):
    """weight (1 - MS-SSIM(x, y)): what an eye makes of the difference, more than pixel by pixel.

    It is no density's.

    Args:
        x: images in [0, 1], `[B, height, width, channels]`.
        y: of that shape.
        weight: what it counts for.

    Returns:
        float32 `[B]`.

    Example:
        >>> x = ops.ones([5, 28, 28, 1])
        >>> bool(ops.all(ops.abs(structural_distance(x, x)) < 1e-5))
        True

    References:
        Snell et al. 2017, "Learning to Generate Images with Perceptual Similarity Metrics".
    """
    return weight * (1 - ms_ssim(ops.cast(x, "float32"), ops.cast(y, "float32")))
