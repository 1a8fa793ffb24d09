"""Some dimensions of a vector."""

import keras

from zoo.part import Composed


class Take(Composed, keras.layers.Layer):
    """z[start:stop]: what the decoder sees of a z of several layers, as its first step.

    Args:
        start: the first dimension that is taken.
        stop: the first one after these.

    Example:
        >>> tuple(Take(1, 3)(keras.ops.zeros([5, 4])).shape)
        (5, 2)
    """

    def __init__(self, start, stop, **kwargs):
        super().__init__(**kwargs)
        self.start, self.stop = start, stop

    def build(self, input_shape):
        self.built = True

    def call(self, z):
        return z[..., self.start : self.stop]

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.stop - self.start)
