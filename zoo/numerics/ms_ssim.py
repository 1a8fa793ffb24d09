"""The structural similarity of two images over several scales (MS-SSIM)."""

import numpy as np
from keras import ops

#: What each scale counts for, the finest first, as people's eyes were found to weigh them.
WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
#: The window: a Gaussian of this width in so many pixels.
SIZE, SIGMA = 11, 1.5


def ms_ssim(x, y, span=1.0):
    """prod_j c_j^w_j l^w_M, of the contrast and structure c_j at each scale j and the brightness l at the coarsest, M.

        l = (2 m_x m_y + C1) / (m_x^2 + m_y^2 + C1),   c = (2 s_xy + C2) / (s_x^2 + s_y^2 + C2)

    of means, variances and covariances in windows, averaged over all; C1 = (0.01 span)^2, C2 = (0.03 span)^2. Each
    scale has half the pixels of the one before, by the mean of four. There are five, or as many as the window fits
    into, whose weights are made to sum to one; for an image smaller than the window it is as large as the image. A
    negative c counts as nothing.

    Args:
        x, y: images, `[B, height, width, channels]`.
        span: what lies between black and white.

    Returns:
        float32 `[B]`, the mean over the channels: 1 for equal images, and less elsewhere.

    Example:
        >>> x = ops.ones([2, 28, 28, 1])
        >>> ms_ssim(x, x).shape[0], round(float(ms_ssim(x, 0 * x)[0]), 4)
        (2, 0.0003)

    References:
        Wang et al. 2003, "Multiscale Structural Similarity for Image Quality Assessment", equation 7.
    """
    side = min(x.shape[1:3])
    scales = 1
    while scales < len(WEIGHTS) and side // 2**scales >= SIZE:
        scales += 1
    weights = np.array(WEIGHTS[:scales]) / sum(WEIGHTS[:scales])
    found = 1.0
    for scale, weight in enumerate(weights.tolist()):
        if scale:
            x, y = (ops.average_pool(each, 2, 2, "same", "channels_last") for each in (x, y))
        brightness, contrast = _terms(x, y, span)
        last = scale == scales - 1
        each = ops.mean(brightness * contrast if last else contrast, axis=(1, 2))  # [B, channels]
        # A power has an infinite slope at nothing.
        found = found * ops.power(ops.maximum(each, 1e-6), weight)
    return ops.mean(found, axis=-1)


def _terms(x, y, span):
    """l and c in each window, `[B, rows, columns, channels]`."""
    window = _window(min(SIZE, *x.shape[1:3]), x.shape[-1])

    def mean(values):
        return ops.depthwise_conv(values, window, 1, "valid", "channels_last")

    m_x, m_y = mean(x), mean(y)
    squares, product = mean(x * x + y * y), mean(x * y)
    c1, c2 = (0.01 * span) ** 2, (0.03 * span) ** 2
    brightness = (2 * m_x * m_y + c1) / (m_x * m_x + m_y * m_y + c1)
    contrast = (2 * (product - m_x * m_y) + c2) / (squares - m_x * m_x - m_y * m_y + c2)
    return brightness, contrast


def _window(size, channels):
    """A Gaussian that sums to one, `[size, size, channels, 1]`."""
    at = np.arange(size) - (size - 1) / 2
    line = np.exp(-(at**2) / (2 * SIGMA**2))
    window = np.outer(line, line) / line.sum() ** 2
    return ops.convert_to_tensor(np.repeat(window[:, :, None, None], channels, axis=2), "float32")
