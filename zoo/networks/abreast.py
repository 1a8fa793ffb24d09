"""Several networks of one input, whose outputs lie side by side."""

import keras
from keras import ops

from zoo.errors import InputError
from zoo.part import Composed, build_once


class Abreast(Composed, keras.layers.Layer):
    """[network_1(z), network_2(z), ...], joined along an axis.

    Args:
        networks: each `[B, D]` to `[B, ...]`, of one shape but for that axis.
        axis: of the outputs, counted from their end.

    Raises:
        InputError: outputs that don't fit beside each other.

    Example:
        >>> from zoo.networks.mlp import mlp_decoder
        >>> halves = Abreast([mlp_decoder((8, 4, 1), latent_dim=2) for _ in range(2)], axis=-2)
        >>> tuple(halves(ops.zeros([3, 2])).shape)
        (3, 8, 8, 1)
    """

    def __init__(self, networks, axis, **kwargs):
        super().__init__(**kwargs)
        self.networks, self.axis = list(networks), axis

    @property
    def layers(self):
        """The networks."""
        return self.networks

    def build(self, input_shape):
        for network in self.networks:
            build_once(network, input_shape)
        self.compute_output_shape(input_shape)
        self.built = True

    def call(self, z, training=None):
        return ops.concatenate([network(z, training=training) for network in self.networks], axis=self.axis)

    def compute_output_shape(self, input_shape):
        shapes = [tuple(network.compute_output_shape(input_shape)) for network in self.networks]
        others = {(*shape[: self.axis], *shape[len(shape) + self.axis + 1 :]) for shape in shapes}
        if len(others) > 1:
            raise InputError(
                f"networks give {shapes}, which don't fit beside each other along axis {self.axis}: along another than "
                "-1 all views want as many numbers for each pixel."
            )
        shape = list(shapes[0])
        shape[self.axis] = sum(each[self.axis] for each in shapes)
        return tuple(shape)
