"""A reshaping whose result has a size that an exported graph needs no computing for."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(__name__)
class Reshape(keras.layers.Reshape):
    """`keras.layers.Reshape`, with the batch's size left to be found: [B, ...] to (-1, *target_shape).

    Keras asks for the batch's size and puts a shape together from it. In TFLite that makes all that follows a tensor of
    unknown size, which the fast kernels don't take.

    Args:
        target_shape: the shape of each example; no size of it may be open.

    Example:
        >>> tuple(Reshape((2, 3))(ops.zeros([5, 6])).shape)
        (5, 2, 3)
    """

    def call(self, inputs):
        return ops.reshape(inputs, (-1, *self.target_shape))
