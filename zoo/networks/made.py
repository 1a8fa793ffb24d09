"""The masked autoregressive network."""

import keras
import numpy as np
from keras import ops

from zoo.networks.shapes import check_sizes
from zoo.part import Composed


class MADE(Composed, keras.layers.Layer):
    """A dense network whose output i sees inputs 1 .. i - 1 only, and all of a context.

        h_1 = activation((W_1 * M_1) z + U c + b_1)
        h_l = activation((W_l * M_l) h_(l-1) + b_l)
        y   = (V * M) h_L + b

    Each hidden unit has a degree d in 1 .. D - 1 and sees inputs 1 .. d; output i sees the units of degree less than i.

    Args:
        units: the width of each hidden layer, any number of them.
        outputs: how many numbers to give for each input.
        activation: a Keras activation.
        output_scale: the last layer's weights start this much smaller than Glorot's: near a constant function. With 0
            it gives zeros until it is trained.

    Example:
        >>> made = MADE(units=(64, 64), outputs=2)
        >>> tuple(made(np.zeros([5, 10], "float32"), np.zeros([5, 3], "float32")).shape)
        (5, 10, 2)

    References:
        Germain et al. 2015, "MADE: Masked Autoencoder for Distribution Estimation", equations 8 to 13.
    """

    def __init__(self, units=(64,), outputs=2, activation="elu", output_scale=0.1, **kwargs):
        super().__init__(**kwargs)
        self.units, self.outputs = check_sizes("units", units), *check_sizes("outputs", (outputs,))
        self.activation = keras.activations.get(activation)
        self.output_scale = output_scale

    def build(self, z_shape, context_shape=None):
        size = z_shape[-1]
        degrees = np.arange(1, size + 1)
        self.kernels, self.biases, self.masks = [], [], []
        for width in self.units:
            # A hidden layer's degrees go round 1 .. D - 1; with a single input there is nothing it may see.
            hidden = np.arange(width) % max(size - 1, 1) + min(size - 1, 1)
            self._add_layer(hidden[None, :] >= degrees[:, None], "glorot_uniform")
            degrees = hidden
        mask = np.arange(1, size + 1)[None, :] > degrees[:, None]
        variance = self.output_scale**2
        initializer = keras.initializers.VarianceScaling(variance, "fan_avg", "uniform") if variance else "zeros"
        self._add_layer(np.repeat(mask, self.outputs, axis=1), initializer)
        if context_shape is not None:
            shape = (context_shape[-1], self.units[0])
            self.context_kernel = self.add_weight(shape=shape, initializer="glorot_uniform", name="context_kernel")
        self.built = True

    def silence(self):
        """Sets the last layer to zero, so that it gives zeros until it is trained."""
        for weight in (self.kernels[-1], self.biases[-1]):
            weight.assign(ops.zeros(weight.shape))

    def _add_layer(self, mask, initializer):
        index = len(self.masks)
        self.masks.append(mask.astype("float32"))
        self.kernels.append(self.add_weight(shape=mask.shape, initializer=initializer, name=f"kernel_{index}"))
        self.biases.append(self.add_weight(shape=mask.shape[1:], initializer="zeros", name=f"bias_{index}"))

    def call(self, z, context=None):
        """The network's output.

        Args:
            z: float `[..., B, D]`.
            context: float `[B, C]`, seen by every output; the same for all leading axes of z.

        Returns:
            float `[..., B, D, outputs]`.
        """
        h = z
        for layer, (kernel, bias, mask) in enumerate(zip(self.kernels, self.biases, self.masks, strict=True)):
            # The mask has to be of the compute type: float32 would win over bfloat16.
            h = ops.matmul(h, ops.multiply(kernel, ops.cast(mask, self.compute_dtype))) + bias
            if layer == 0 and context is not None:
                h = h + ops.matmul(context, self.context_kernel)
            if layer < len(self.units):
                h = self.activation(h)
        shape = ops.shape(h)
        return ops.reshape(h, (*shape[:-1], shape[-1] // self.outputs, self.outputs))
