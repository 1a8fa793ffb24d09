"""8x8 grey handwritten digits that ship with scikit-learn: 1797, of which the last 360 are held out."""

import numpy as np

from zoo.data.splits import Split, holding_out


def digits():
    """`Splits` of 1257 / 180 / 360 images, 8x8x1, with labels.

    The set has 17 grey levels 0 .. 16, here spread over 0 .. 255. It comes in the order in which people wrote, so that
    those in the test images wrote none of the training images.

    References:
        Alpaydin and Kaynak 1998, "Optical Recognition of Handwritten Digits", UCI Machine Learning Repository.
    """
    from sklearn.datasets import load_digits

    digits = load_digits()
    images = np.round(digits.images[..., None] * (255 / 16)).astype("uint8")
    train, test = Split(images[:-360], digits.target[:-360]), Split(images[-360:], digits.target[-360:])
    return holding_out(train, test, 180)
