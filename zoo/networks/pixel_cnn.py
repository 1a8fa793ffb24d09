"""The gated PixelCNN: a convolutional network whose output at a pixel sees the pixels before it."""

import functools

import keras
from keras import ops

from zoo.errors import InputError
from zoo.networks.shapes import check_sizes
from zoo.numerics.compilation import compiled
from zoo.numerics.counts import check_count
from zoo.part import Composed


class PixelCNN(Composed, keras.layers.Layer):
    """Its output at a pixel depends on the pixels before it, row by row from the upper left, and on all of a context.

    It has two stacks of layers. At a pixel, v sees the rows above it, and h the pixels to its left as well:

        p = A * v + U c + a        v' = gate(p)
        q = B * h + M p + b        h' = h + W gate(q)         gate([s, t]) = tanh(s) sigmoid(t)
        y = V elu(h) + d

    A `*` is a convolution. A has `size // 2` rows above the pixel's own and that row, B has `size // 2` pixels to the
    left and the pixel itself. The first layer, where v and h are the image x, lacks the pixel's own row in A and the
    pixel itself in B, and adds no h. So no kernel has entries that a mask would make zero. Together the stacks see
    every pixel before within `field` rows and columns, which a single stack of such kernels doesn't.

    In order, a channel's outputs see the pixel's channels before it too, red, green, blue:

        y_c = V_c elu(h + sum_(j < c) x_j n_cj) + d_c

    Pixels that are classes, whole numbers of which none is nearer to another than the rest, enter as one-hot vectors.

    Args:
        outputs: how many numbers to give for each pixel.
        filters: the feature maps of each stack.
        blocks: how many layers come after the first.
        size: of their kernels, odd.
        first: the size of the first layer's kernels, odd.
        in_order: whether the outputs are those of each channel in turn, which see the channels before it.
        classes: how many values a channel has, 0, 1, ..., where these are classes; None for numbers.

    Raises:
        InputError: a number that isn't positive (`blocks` may be 0), or a kernel of an even size or of size 1.

    Example:
        >>> network = PixelCNN(outputs=1, filters=4, blocks=1)
        >>> tuple(network(ops.zeros([5, 8, 8, 1]), ops.zeros([5, 8, 8, 3])).shape)
        (5, 8, 8, 1)

    References:
        van den Oord et al. 2016, "Conditional Image Generation with PixelCNN Decoders", equation 4 and figure 2.
    """

    def __init__(self, outputs, filters=16, blocks=3, size=5, first=7, in_order=False, classes=None, **kwargs):
        # Always float32: what is drawn hangs on the last digits, and must not on how many pixels are computed at once.
        super().__init__(**{**kwargs, "dtype": "float32"})
        (self.outputs,) = check_sizes("outputs", (outputs,))
        (self.filters,) = check_sizes("filters", (filters,))
        check_count("blocks", blocks, least=0)
        self.blocks, self.in_order, self.classes = blocks, in_order, classes
        if classes is not None:
            check_count("classes", classes)
        self.size, self.first = _odd("size", size), _odd("first", first)

    @property
    def field(self):
        """How many rows above a pixel, and columns to its left and right, its outputs see.

        Example:
            >>> PixelCNN(outputs=1).field, PixelCNN(outputs=1, first=3, blocks=0).field
            (9, 1)
        """
        return self.first // 2 + self.blocks * (self.size // 2)

    def build(self, x_shape, context_shape):
        self.layers = []
        for index in range(self.blocks + 1):
            depth = x_shape[-1] * (self.classes or 1) if index == 0 else self.filters
            size = self.first if index == 0 else self.size
            self.layers.append(CausalLayer(self.filters, size, first=index == 0))
            self.layers[-1].build((*x_shape[:-1], depth), context_shape)
        small = keras.initializers.VarianceScaling(0.1)
        self.kernel = self.add_weight(shape=(self.filters, self.outputs), initializer=small, name="kernel")
        self.bias = self.add_weight(shape=(self.outputs,), initializer="zeros", name="bias")
        self.channels = x_shape[-1]
        if self.in_order and self.channels > 1:
            shape = (self.channels * (self.channels - 1) // 2 * (self.classes or 1), self.filters)
            self.before = self.add_weight(shape=shape, initializer="glorot_uniform", name="before")
        self.built = True

    def call(self, x, context):
        """The outputs for all pixels of given images.

        Args:
            x: float `[N, H, W, C]`.
            context: float `[N, H, W, D]`.

        Returns:
            float32 `[N, H, W, outputs]`.
        """
        v = h = self._entered(x)
        for layer in self.layers:
            v, h = layer(v, h, context)
        if not self.in_order:
            return self._output(h)
        each = [self._output_of(c, h, x[..., :c]) for c in range(self.channels)]
        return ops.concatenate(each, axis=-1)

    def _entered(self, x):
        """Pixels, `[..., C]`, as the layers are given them: of classes the one-hot vectors, `[..., C * classes]`."""
        if self.classes is None:
            return x
        one_hots = ops.one_hot(ops.cast(x, "int32"), self.classes, dtype="float32")
        return ops.reshape(one_hots, (*ops.shape(x)[:-1], x.shape[-1] * self.classes))

    def _output(self, h):
        return ops.matmul(ops.elu(h), self.kernel) + self.bias

    def _output_of(self, channel, h, before):
        """A channel's numbers, of h at its pixel and of the pixel's channels before it, `[..., channel]`, if any."""
        size = self.outputs // self.channels
        kernel, bias = (ops.convert_to_tensor(weight) for weight in (self.kernel, self.bias))
        own = slice(channel * size, (channel + 1) * size)
        if channel:
            each = self.classes or 1
            rows = slice(channel * (channel - 1) // 2 * each, channel * (channel + 1) // 2 * each)
            h = h + ops.matmul(self._entered(before), ops.convert_to_tensor(self.before)[rows])
        return ops.matmul(ops.elu(h), kernel[:, own]) + bias[own]

    def _draw(self, h, noise, pixel):
        """A pixel, `[N, C]`, and its outputs, `[N, outputs]`."""
        if not self.in_order:
            outputs = self._output(h)
            return pixel(outputs, noise), outputs
        drawn, outputs = [], []
        for channel, u in enumerate(ops.split(noise, self.channels, axis=-1)):
            before = ops.concatenate(drawn, axis=-1) if drawn else None
            outputs.append(self._output_of(channel, h, before))
            drawn.append(pixel(outputs[-1], u))
        return ops.concatenate(drawn, axis=-1), ops.concatenate(outputs, axis=-1)

    def generate(self, context, noise, pixel):
        """Draws images pixel by pixel, each given those before it, in a loop over rows and in it one over columns.

        What a row gets from those above it and from the context is computed for all of its pixels at once. The loop
        over columns is left with the h of one pixel.

        Args:
            context: float `[N, H, W, D]`.
            noise: float `[N, H, W, C]`.
            pixel: a function of a pixel's outputs, `[N, outputs]`, and its noise, `[N, C]`, to the pixel, `[N, C]`; in
                order it is asked for one channel after the other, each as such a pixel. On TensorFlow the loop is
                compiled once for each such function.

        Returns:
            The images, `[N, H, W, C]`, and the outputs along them, `[N, H, W, outputs]`, which are a call's on them.
        """
        return self._loop(context, noise, pixel)

    @functools.cached_property
    def _loop(self):
        # Uncompiled, TensorFlow would be asked from Python for each of some hundred thousand small operations. JAX
        # compiles a loop by itself, and would make the weights of today constants.
        return compiled(self._generate) if keras.backend.backend() == "tensorflow" else self._generate

    def _generate(self, context, noise, pixel):
        (height, width, channels), depth = noise.shape[1:], context.shape[-1]
        count = ops.shape(context)[0]

        def row(number, x, y, above):
            here = ops.slice(context, (0, number, 0, 0), (count, 1, width, depth))
            links, above = self._links(above, here)
            u = ops.reshape(ops.slice(noise, (0, number, 0, 0), (count, 1, width, channels)), (-1, width * channels))
            drawn, outputs = self._row(links, u, pixel, channels)
            above = (_moved(above[0], self.layers[0].beside(self._entered(drawn))), *above[1:])
            return number + 1, _moved(x, drawn), _moved(y, outputs), above

        start = (
            ops.zeros((), "int32"),
            ops.zeros((count, height, width, channels)),
            ops.zeros((count, height, width, self.outputs)),
            tuple(ops.zeros((count, layer.half, width + 2 * layer.half, layer.depth)) for layer in self.layers),
        )
        _, x, y, _ = ops.while_loop(lambda number, *_: number < height, row, start)
        return x, y

    def _links(self, above, context):
        """What the h of a row get from the rows above it, `[N, W, layers * 2 * filters]`, and the next row's `above`.

        `above` has the last rows of each layer's input, with zeros beside them: of the image, then of the v.
        """
        v, links, after = None, [], []
        for layer, rows in zip(self.layers, above, strict=True):
            if not layer.first:
                rows = ops.concatenate([rows, layer.beside(v)], axis=1)
            # The image's own row comes when it is drawn.
            after.append(rows if layer.first else rows[:, 1:])
            v, link = layer.vertical(rows, context)
            links.append(link[:, 0])
        return ops.concatenate(links, axis=-1), tuple(after)

    def _row(self, links, noise, pixel, channels):
        """A row's pixels and outputs, `[N, 1, W, .]`, one pixel after the other."""
        width, size, count = links.shape[1], links.shape[2], ops.shape(links)[0]

        def column(number, x, y, left):
            here = ops.reshape(ops.slice(links, (0, number, 0), (count, 1, size)), (-1, size))
            h, after = None, []
            for layer, taps, link in zip(self.layers, left, ops.split(here, len(self.layers), axis=-1), strict=True):
                if not layer.first:
                    taps = ops.concatenate([taps, h], axis=-1)
                    after.append(taps[:, layer.depth :])
                h = layer.horizontal(taps, link, h)
            here = ops.slice(noise, (0, number * channels), (count, channels))
            drawn, outputs = self._draw(h, here, pixel)
            return number + 1, _moved(x, drawn), _moved(y, outputs), (_moved(left[0], self._entered(drawn)), *after)

        start = (
            ops.zeros((), "int32"),
            ops.zeros((count, width * channels)),
            ops.zeros((count, width * self.outputs)),
            tuple(ops.zeros((count, layer.half * layer.depth)) for layer in self.layers),
        )
        _, x, y, _ = ops.while_loop(lambda number, *_: number < width, column, start)
        return ops.reshape(x, (-1, 1, width, channels)), ops.reshape(y, (-1, 1, width, self.outputs))


class CausalLayer(keras.layers.Layer):
    """A layer of both stacks of a `PixelCNN`: v, h and the context to the next v and h.

    Args:
        filters: as of `PixelCNN`.
        size: of the kernels.
        first: whether it is the first layer, which is given the image itself and must not see the pixel.
    """

    def __init__(self, filters, size, first, **kwargs):
        super().__init__(dtype="float32", **kwargs)
        self.filters, self.size, self.half, self.first = filters, size, size // 2, first

    def build(self, x_shape, context_shape):
        self.depth, taps, twice = x_shape[-1], self.half + (not self.first), 2 * self.filters
        self.above = self._kernel("above", (taps, self.size, self.depth, twice))
        self.left = self._kernel("left", (1, taps, self.depth, twice))
        self.context = self._kernel("context", (1, 1, context_shape[-1], twice))
        self.link = self._kernel("link", (1, 1, twice, twice))
        self.mixer = self._kernel("mixer", (1, 1, self.filters, self.filters))
        self.bias_v, self.bias_h = (
            self.add_weight(shape=(twice,), initializer="zeros", name=f"bias_{stack}") for stack in "vh"
        )
        self.built = True

    def _kernel(self, name, shape):
        return self.add_weight(shape=shape, initializer="glorot_uniform", name=name)

    def call(self, v, h, context):
        # The first layer's windows end before the pixel's own row, and before the pixel.
        rows, columns = (v[:, :-1], h[:, :, :-1]) if self.first else (v, h)
        v, link = self.vertical(ops.pad(self.beside(rows), ((0, 0), (self.half, 0), (0, 0), (0, 0))), context)
        left = ops.pad(columns, ((0, 0), (0, 0), (self.half, 0), (0, 0)))
        new = _convolve(gate(_convolve(left, self.left) + link), self.mixer)
        return v, new if self.first else h + new

    def beside(self, rows):
        """Rows with the zeros that lie to their left and right."""
        return ops.pad(rows, ((0, 0), (0, 0), (self.half, self.half), (0, 0)))

    def vertical(self, rows, context):
        """v' and M p + b, for each of the rows that has all of its kernel's rows in `rows`."""
        p = _convolve(rows, self.above) + _convolve(context, self.context) + self.bias_v
        return gate(p), _convolve(p, self.link) + self.bias_h

    def horizontal(self, taps, link, h):
        """h' at one pixel, `[N, filters]`, of all that B meets there in a row, and of h at the pixel."""
        left, mixer = (ops.convert_to_tensor(kernel) for kernel in (self.left, self.mixer))
        q = ops.matmul(taps, ops.reshape(left, (-1, left.shape[-1]))) + link
        new = ops.matmul(gate(q), mixer[0, 0])
        return new if self.first else h + new


def gate(x):
    """tanh of the first half of the features times the sigmoid of the second."""
    s, t = ops.split(x, 2, axis=-1)
    return ops.tanh(s) * ops.sigmoid(t)


def _convolve(x, kernel):
    return ops.conv(x, kernel, padding="valid", data_format="channels_last")


def _moved(line, new):
    """A line along axis 1 with what is new at its end, and as much less at its beginning."""
    return ops.concatenate([line, new], axis=1)[:, new.shape[1] :]


def _odd(name, size):
    (size,) = check_sizes(name, (size,))
    if size % 2 == 0 or size == 1:
        raise InputError(f"{name} is {size}, but must be odd and at least 3: a kernel has a pixel in its middle.")
    return size
