"""28x28 grey handwritten digits: 60000 to train on, the last 400 of them held out to watch, and 10000 to test."""

from zoo.data.source import find, from_keras, read_npz
from zoo.data.splits import Split, holding_out


def mnist():
    """`Splits` of 59600 / 400 / 10000 images, 28x28x1, with labels.

    References:
        LeCun et al. 1998, "Gradient-Based Learning Applied to Document Recognition". The 400 are what the code of Burda
        et al. 2016 holds out.
    """
    path = find("mnist.npz")
    if path is None:
        (x_train, y_train), (x_test, y_test) = from_keras("mnist")
    else:
        x_train, y_train, x_test, y_test = read_npz(path, "x_train", "y_train", "x_test", "y_test")
    return holding_out(Split(x_train[..., None], y_train), Split(x_test[..., None], y_test), 400)
