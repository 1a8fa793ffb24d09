"""The seen part of an image whose pixels are independent."""

from keras import ops

from zoo.errors import InputError
from zoo.observed import filled
from zoo.probability import tfd
from zoo.random import draw, mean_image, sides

# The class of those too whose parts are no composite tensors.
_Independent = tfd.Independent.__mro__[1]


class ObservedImage:
    """log p(x_seen) = sum_i log p_i(x_i) over the pixels that aren't NaN. A draw and the mean are of all pixels.

    Args:
        image: a `tfd.Independent` of pixels, of batch shape `[...]`.

    Raises:
        InputError: pixels that aren't independent, each of itself: a colour's channels that see each other, say.

    Example:
        >>> image = ObservedImage(tfd.Independent(tfd.Normal(ops.zeros([2]), 1.0), 1))
        >>> round(float(image.log_prob(ops.convert_to_tensor([0.0, float("nan")]))), 4)
        -0.9189

    References:
        Mattei and Frellsen 2019, "MIWAE: Deep Generative Modelling and Imputation of Incomplete Data Sets".
    """

    def __init__(self, image):
        self.image, self.pixels = image, pixels_of(image)
        self.batch_shape, self.event_shape = image.batch_shape, image.event_shape

    def log_prob(self, x):
        """log p of what is seen of x, `[...]`, in nats; 0 where nothing is."""
        return self.sum_seen(x, self.pixels.log_prob(filled(ops.convert_to_tensor(x))))

    def sum_seen(self, x, seen, missing=0.0):
        """The sum over pixels of `seen` where x is, and of `missing` where it is NaN: `[...]`."""
        rank = len(self.event_shape)
        return ops.sum(ops.where(ops.isnan(x), missing, seen), axis=tuple(range(-rank, 0)))

    def mean(self):
        """Of all pixels, `[..., *event]`."""
        return self.image.mean()


def pixels_of(image):
    """The distributions of an image's pixels, each of itself, of batch shape `[..., *event]`.

    Raises:
        InputError: they aren't independent.
    """
    pixels = getattr(image, "distribution", None)
    if not isinstance(image, _Independent) or len(pixels.event_shape):
        raise InputError(
            f"likelihood gives a {type(image).__name__} of pixels that aren't independent: what some of them say is no "
            "sum over these. Give Bernoulli, Gaussian, Laplace, Beta, Categorical or DiscretizedLogistic."
        )
    return pixels


@draw.register(ObservedImage)
def _(distribution, key, shape=()):
    return draw(distribution.image, key, shape)


@sides.register(ObservedImage)
def _(distribution, key, tolerance, shape=()):
    return sides(distribution.image, key, tolerance, shape)


@mean_image.register(ObservedImage)
def _(distribution, key):
    return mean_image(distribution.image, key)
