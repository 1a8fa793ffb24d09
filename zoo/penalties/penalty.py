"""The base of penalties that draw."""

from abc import abstractmethod

import keras

from zoo.part import Composed


class Penalty(Composed, keras.layers.Layer):
    """A function of an autoencoder, images and codes, as all penalties are, with a generator of its own.

    It computes in float32 whatever the precision of the networks.

    Example:
        >>> from zoo.penalties.encoder_jacobian import EncoderJacobian
        >>> issubclass(EncoderJacobian, Penalty)
        True
    """

    def __init__(self, **kwargs):
        super().__init__(**{**kwargs, "dtype": "float32"})

    def build(self, input_shape):
        self.built = True

    @abstractmethod
    def call(self, autoencoder, x, z, training=False):
        """What is to be made small besides the loss, `[B]`.

        Args:
            autoencoder: a `zoo.autoencoder.Autoencoder`.
            x: the images as its encoder sees them, `[B, height, width, channels]`.
            z: their codes, `[B, D]`.
            training: whether the networks are being trained.
        """

    def __call__(self, autoencoder, x, z, training=False):
        # Keras would take the model for a tensor.
        return self.call(autoencoder, x, z, training)
