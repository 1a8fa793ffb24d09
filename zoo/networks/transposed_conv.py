"""A transposed convolution that runs as an ordinary one once it has been trained."""

import keras
import numpy as np
from keras import ops

from zoo.errors import InputError

#: With fewer output channels than this the phases are convolved in one, zeros and all: a convolution with one channel
#: costs as much as one with four.
FEW = 8


@keras.saving.register_keras_serializable(__name__)
class TransposedConv(keras.layers.Conv2DTranspose):
    """`keras.layers.Conv2DTranspose` with "same" padding; outside of training it is a sub-pixel convolution.

    With stride s and a kernel w of size k, pixel s m + a of the output (for each axis, a = 0, ..., s - 1) is

        y[s m + a] = b + sum_d x[m - d] w[a + p + s d],    p = floor(max(k - s, 0) / 2),

    over all d for which w has such an entry: an ordinary convolution for each of the s^2 phases, whose outputs are then
    laid out as blocks of s x s pixels. Weights and values are Conv2DTranspose's.

    An ordinary convolution is what every engine is fastest at, and the size of its output needs no computing, so that
    LiteRT is three times as fast on it when the batch size is open. Its gradient isn't faster: in training
    (`training=True`) it is Conv2DTranspose.

    Args:
        filters, kernel_size, strides, **kwargs: as of `keras.layers.Conv2DTranspose`, of one size for both axes.
        padding: "same".

    Raises:
        InputError: another padding, or sizes that differ between the axes.

    Example:
        >>> layer = TransposedConv(3, kernel_size=3, strides=2)
        >>> tuple(layer(ops.zeros([1, 7, 5, 4])).shape)
        (1, 14, 10, 3)

    References:
        Shi et al. 2016, "Is the Deconvolution Layer the Same as a Convolutional Layer?", section 2.
    """

    def __init__(self, filters, kernel_size, strides=1, padding="same", **kwargs):
        # Whatever Keras's settings say: the phases are laid out so.
        super().__init__(filters, kernel_size, strides, padding, **({"data_format": "channels_last"} | kwargs))
        if self.data_format != "channels_last":
            raise InputError(f"data_format is {self.data_format!r}, but must be 'channels_last'.")
        if padding != "same" or len(set(self.kernel_size)) > 1 or len(set(self.strides)) > 1:
            raise InputError(
                f"kernel_size, strides and padding are {kernel_size}, {strides} and {padding!r}, but must be one size, "
                "one stride and 'same'."
            )

    def call(self, inputs, training=None):
        if training:
            return super().call(inputs)
        (stride, _), (size, _) = self.strides, self.kernel_size
        phases = [(a, b) for a in range(stride) for b in range(stride)]
        if self.filters < FEW or size < stride:
            y = self._convolve(inputs, phases)
        else:
            y = ops.concatenate([self._convolve(inputs, [phase]) for phase in phases], axis=-1)
        if self.use_bias:
            y = y + ops.tile(ops.convert_to_tensor(self.bias), [stride**2])
        return self.activation(ops.depth_to_space(y, stride) if stride > 1 else y)

    def _convolve(self, x, phases):
        """The outputs of some phases, `[B, H, W, phases * filters]`, by one convolution."""
        taps = [(self._taps(a), self._taps(b)) for a, b in phases]
        top, bottom = (max(rows[side] for rows, _ in taps) for side in (1, 2))
        left, right = (max(columns[side] for _, columns in taps) for side in (1, 2))
        kernels = []
        for (rows, above, below), (columns, before, after) in taps:
            kernel = ops.take(ops.take(ops.convert_to_tensor(self.kernel), rows, axis=0), columns, axis=1)
            # A phase with fewer taps than another has zeros in their place.
            missing = ((top - above, bottom - below), (left - before, right - after), (0, 0), (0, 0))
            kernels.append(ops.pad(ops.transpose(kernel, (0, 1, 3, 2)), missing))
        x = ops.pad(x, ((0, 0), (top, bottom), (left, right), (0, 0)))
        return ops.conv(x, ops.concatenate(kernels, axis=-1), padding="valid", data_format="channels_last")

    def _taps(self, phase):
        """The entries of w that a phase meets along an axis, and how far they reach before and after a pixel."""
        (stride, _), (size, _) = self.strides, self.kernel_size
        start = phase + max(size - stride, 0) // 2
        first, last = -(start // stride), (size - 1 - start) // stride
        return np.arange(start + stride * last, start + stride * first - 1, -stride), last, -first
