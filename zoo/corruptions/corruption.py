"""The base of corruptions."""

from abc import abstractmethod

import keras

from zoo.part import Composed
from zoo.random import fresh_key


class Corruption(Composed, keras.layers.Layer):
    """A layer that spoils images in training, anew each time, and leaves them alone else.

    Its noise comes from a generator of its own, which a run sets by its seed and the epoch.

    Example:
        >>> from zoo.corruptions.masking import Masking
        >>> issubclass(Masking, Corruption)
        True
    """

    def __init__(self, **kwargs):
        super().__init__(**{**kwargs, "dtype": "float32"})
        self.seed_generator = keras.random.SeedGenerator()

    def build(self, input_shape):
        self.built = True

    def call(self, x, training=None):
        return self.corrupt(x, fresh_key(self.seed_generator)) if training else x

    @abstractmethod
    def corrupt(self, x, key):
        """What the images become, of their shape.

        Args:
            x: float32 `[B, height, width, channels]`.
            key: int32 `[2]`.
        """

    def compute_output_shape(self, input_shape):
        return input_shape
