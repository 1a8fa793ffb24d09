"""32x32 rendered shapes, each known by its five factors: a small stand-in for dSprites, made rather than read.

dSprites has 737280 binary images of 64x64, of the same five factors: 3 shapes, 6 scales, 40 orientations, 32 x 32
positions. Here are 3072 grey ones.
"""

import itertools

import numpy as np

from zoo.data.splits import Splits, at_random, divide

#: The factors, and how many values each has. The shapes are square, ellipse and heart; the rest are evenly spaced.
FACTORS = {"shape": 3, "scale": 4, "orientation": 4, "x": 8, "y": 8}
#: The pixel at whose corner a shape of position 0 is centered, and the pixels from one position to the next.
FIRST, STEP = 9, 2


def shapes():
    """`Splits` of 2458 / 307 / 307 images, 32x32x1, with the shape as label: 0 square, 1 ellipse, 2 heart.

    References:
        Matthey et al. 2017, "dSprites: Disentanglement testing Sprites dataset", for the factors.
    """
    images, factors = with_factors()
    return Splits(*divide(images, at_random(range(len(images))), factors[:, 0]))


def with_factors():
    """All 3072 images, each combination of the factors once, and what their factors are.

    A shape fits in a circle about its center of radius 4.5, 6, 7.5 or 9 pixels; it is turned against the clock by 0,
    22.5, 45 or 67.5 degrees, less than the 90 after which a square looks the same; its center is 9, 11, ... 23 pixels
    from the left (x) and from the top (y). A pixel's grey is the share of 8x8 points in it that the shape covers.

    Returns:
        uint8 `[3072, 32, 32, 1]`, and integers `[3072, 5]`, the columns in the order of `FACTORS`.

    Example:
        >>> images, factors = with_factors()
        >>> images.shape, factors[-1].tolist()
        ((3072, 32, 32, 1), [2, 3, 3, 7, 7])
    """
    factors = np.array(list(itertools.product(*(range(count) for count in FACTORS.values()))))
    images = np.empty((len(factors), 32, 32, 1), "uint8")
    positions = FACTORS["x"] * FACTORS["y"]
    for start in range(0, len(factors), positions):
        shape, scale, orientation = factors[start, :3]
        first = _render(shape, radius=4.5 + 1.5 * scale, angle=np.pi / 8 * orientation)
        # The other positions are whole pixels away.
        for index, (x, y) in enumerate(factors[start : start + positions, 3:], start):
            images[index, ..., 0] = np.roll(first, (STEP * y, STEP * x), axis=(0, 1))
    return images, factors


def _render(shape, radius, angle):
    """The shape at the first position, uint8 `[32, 32]`."""
    points = ((np.arange(32 * 8) + 0.5) / 8 - FIRST) / radius
    right, up = points[None, :], -points[:, None]
    u = np.cos(angle) * right + np.sin(angle) * up
    v = np.cos(angle) * up - np.sin(angle) * right
    inside = (_square, _ellipse, _heart)[shape](u, v)
    return np.round(255 * inside.reshape(32, 8, 32, 8).mean(axis=(1, 3))).astype("uint8")


def _square(u, v):
    return np.maximum(np.abs(u), np.abs(v)) <= np.sqrt(0.5)


def _ellipse(u, v):
    return u**2 + (2 * v) ** 2 <= 1


def _heart(u, v):
    # The curve (u^2 + v^2 - 1)^3 = u^2 v^3, which goes as far as 1.425 from its center.
    u, v = 1.425 * u, 1.425 * v
    return (u**2 + v**2 - 1) ** 3 <= u**2 * v**3
