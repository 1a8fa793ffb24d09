"""The masked autoregressive network of convolutions."""

import math

import keras
import numpy as np
from keras import ops

from zoo.networks.fold import fold
from zoo.networks.shapes import check_sizes
from zoo.part import Composed


class ConvMADE(Composed, keras.layers.Layer):
    """A `MADE` of convolutions: output i sees inputs before it that are near, and a context at its own place.

    The inputs are maps, row by row from the upper left, and at each place the channels in turn. A kernel has the row
    above and, of its own row, the place to the left and the place itself. There the degrees of the channels are those
    of `MADE`; at the others all channels are seen.

    Args:
        shape: (height, width, channels) of the maps, D numbers in all.
        units: the feature maps of each hidden layer, any number of them.
        outputs: how many numbers to give for each input.
        activation: a Keras activation.
        output_scale: the last layer's weights start this much smaller than Glorot's: near a constant function.

    Raises:
        InputError: a size that isn't a positive integer.

    Example:
        >>> made = ConvMADE((4, 4, 2), units=(8,))
        >>> tuple(made(np.zeros([5, 32], "float32"), np.zeros([5, 4, 4, 3], "float32")).shape)
        (5, 32, 2)

    References:
        Kingma et al. 2016, "Improving Variational Inference with Inverse Autoregressive Flow", appendix C.2; Germain
        et al. 2015, "MADE: Masked Autoencoder for Distribution Estimation", equations 8 to 13.
    """

    def __init__(self, shape, units=(32,), outputs=2, activation="elu", output_scale=0.1, **kwargs):
        super().__init__(**kwargs)
        self.shape, self.units = check_sizes("shape", shape), check_sizes("units", units)
        (self.outputs,) = check_sizes("outputs", (outputs,))
        self.activation = keras.activations.get(activation)
        self.output_scale = output_scale

    def build(self, z_shape, context_shape):
        channels = self.shape[-1]
        degrees = np.arange(1, channels + 1)
        self.kernels, self.biases, self.masks = [], [], []
        for width in self.units:
            # Degrees 0 .. channels - 1: a unit of degree 0 sees the other places alone.
            hidden = np.arange(width) % channels
            self._add_layer(hidden[None, :] >= degrees[:, None], "glorot_uniform")
            degrees = hidden
        mask = np.arange(1, channels + 1)[None, :] > degrees[:, None]
        initializer = keras.initializers.VarianceScaling(self.output_scale**2, "fan_avg", "uniform")
        self._add_layer(np.repeat(mask, self.outputs, axis=1), initializer)
        shape = (1, 1, context_shape[-1], self.units[0])
        self.context_kernel = self.add_weight(shape=shape, initializer="glorot_uniform", name="context_kernel")
        self.built = True

    def _add_layer(self, here, initializer):
        """A layer of 2 x 3 kernels; `here`: which channels are seen at the place itself, `[inputs, units]`."""
        index = len(self.masks)
        mask = np.ones((2, 3, *here.shape), "float32")
        mask[1, 1], mask[1, 2] = here, 0
        self.masks.append(mask)
        self.kernels.append(self.add_weight(shape=mask.shape, initializer=initializer, name=f"kernel_{index}"))
        self.biases.append(self.add_weight(shape=here.shape[1:], initializer="zeros", name=f"bias_{index}"))

    def call(self, z, context):
        """The network's output.

        Args:
            z: float `[..., D]`.
            context: float `[..., height, width, C]`, of as many leading axes as z or of the last of them.

        Returns:
            float32 `[..., D, outputs]`.
        """
        size = math.prod(self.shape)
        given = fold(lambda c: ops.matmul(ops.cast(c, self.compute_dtype), self.context_kernel[0, 0]), context, axes=3)
        h = fold(lambda z: ops.reshape(z, (-1, *self.shape)), z)
        for layer in range(len(self.kernels)):
            h = fold(lambda h, layer=layer: self._convolve(h, layer), h, axes=3)
            if layer == 0:
                h = h + given
            if layer < len(self.units):
                h = self.activation(h)
        return fold(lambda y: ops.reshape(y, (-1, size, self.outputs)), h, axes=3)

    def _convolve(self, h, layer):
        kernel = ops.multiply(self.kernels[layer], ops.cast(self.masks[layer], self.compute_dtype))
        h = ops.pad(ops.cast(h, self.compute_dtype), ((0, 0), (1, 0), (1, 1), (0, 0)))
        return ops.conv(h, kernel, padding="valid", data_format="channels_last") + self.biases[layer]
