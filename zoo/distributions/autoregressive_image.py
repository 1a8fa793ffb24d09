"""Images whose pixels depend on those before them."""

import functools

from keras import ops

from zoo.random import draw, from_uniform, mean_image, uniform


class AutoregressiveImage:
    """p(x) = prod_i p(x_i | x_1 ... x_(i-1), context), the pixels in rows from the upper left.

    Its log density runs the network once, on all of an image. A draw runs it pixel by pixel. Where the network has the
    channels in order, each is a pixel of its own, given those before it.

    Args:
        network: a `zoo.networks.pixel_cnn.PixelCNN`, built.
        context: float `[..., H, W, D]`, what the network is told beside the pixels.
        pixels: a function of the network's outputs, `[..., h, w, outputs]`, to the distribution of the pixels given
            those before them, of event shape `[h, w, channels]`; one that `zoo.random.from_uniform` knows.
        channels: of the images.

    Example:
        >>> from zoo.distributions.bernoulli_image import BernoulliImage
        >>> from zoo.networks.pixel_cnn import PixelCNN
        >>> network, context = PixelCNN(outputs=1, filters=4, blocks=1), ops.zeros([5, 8, 8, 3])
        >>> network.build((None, 8, 8, 1), context.shape)
        >>> distribution = AutoregressiveImage(network, context, BernoulliImage, channels=1)
        >>> tuple(distribution.log_prob(ops.zeros([5, 8, 8, 1])).shape)
        (5,)

    References:
        van den Oord et al. 2016, "Conditional Image Generation with PixelCNN Decoders", equation 1.
    """

    def __init__(self, network, context, pixels, channels):
        self.network, self.context, self.pixels, self.channels = network, context, pixels, channels

    def log_prob(self, x):
        """log p(x), `[...]`, at images x, `[..., H, W, C]`, in nats; either may lack axes in front."""
        size, shape = self.context.shape[-3:-1], ops.shape(x)
        leading = max(ops.shape(self.context)[:-3], shape[:-3], key=len)
        x = ops.broadcast_to(x, (*leading, *shape[-3:]))
        context = ops.broadcast_to(self.context, (*leading, *size, self.context.shape[-1]))
        output = self.network(*(ops.reshape(each, (-1, *each.shape[-3:])) for each in (x, context)))
        return self._given(ops.reshape(output, (*leading, *output.shape[-3:]))).log_prob(self._in_order(x))

    def generate(self, key, shape=()):
        """Images drawn with a key, `[..., H, W, C]`, and the distribution of each one's pixels given those before."""
        leading, size = (*shape, *ops.shape(self.context)[:-3]), self.context.shape[-3:-1]
        context = ops.broadcast_to(self.context, (*leading, *self.context.shape[-3:]))
        context = ops.reshape(context, (-1, *self.context.shape[-3:]))
        noise = uniform(key, (ops.shape(context)[0], *size, self.channels))
        each = 1 if self.network.in_order else self.channels
        x, output = self.network.generate(context, noise, _drawing(self.pixels, each))
        x, output = (ops.reshape(each, (*leading, *each.shape[-3:])) for each in (x, output))
        return x, self._given(output)

    def mean_image(self, key):
        """The means of the pixels given those before, along an image that is drawn with a key."""
        x, distribution = self.generate(key)
        return ops.reshape(distribution.mean(), ops.shape(x))

    def _given(self, output):
        """The distribution of the pixels given those before, of the network's outputs."""
        return self.pixels(self._in_order(output))

    def _in_order(self, x):
        """The channels side by side, `[..., H, W * C, .]`, where each is a pixel of its own."""
        if not self.network.in_order:
            return x
        *leading, height, width, _ = ops.shape(x)
        return ops.reshape(x, (*leading, height, width * self.channels, x.shape[-1] // self.channels))


@functools.cache
def _drawing(pixels, channels):
    """A function of a pixel's outputs, `[N, outputs]`, and uniforms, `[N, C]`, to the pixel, `[N, C]`.

    It is one function each time: the network's loop is compiled for it once.
    """

    def pixel(outputs, u):
        distribution = pixels(outputs[:, None, None])
        return ops.reshape(from_uniform(distribution, u[:, None, None]), (-1, channels))

    return pixel


@draw.register(AutoregressiveImage)
def _(distribution, key, shape=()):
    return distribution.generate(key, shape)[0]


@mean_image.register(AutoregressiveImage)
def _(distribution, key):
    return distribution.mean_image(key)
