"""The base of penalties that draw."""

from abc import abstractmethod

import keras

from zoo.errors import InputError
from zoo.part import Composed
from zoo.random import fresh_key


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
        self.seed_generator = keras.random.SeedGenerator()

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

    def prior_of(self, autoencoder):
        """The autoencoder's p(z), which its codes are to be like.

        Raises:
            InputError: it has none.
        """
        if autoencoder.prior is None:
            raise InputError(
                f"{autoencoder.name} has no prior for its codes to be near to: give Autoencoder(prior=...), "
                "StandardNormal say."
            )
        return autoencoder.prior()

    def key(self, training):
        """What it draws with, int32 `[2]`: fresh at each step of training, and the same at each evaluation."""
        return fresh_key(self.seed_generator, training)

    def __call__(self, autoencoder, x, z, training=False):
        # Keras would take the model for a tensor.
        return self.call(autoencoder, x, z, training)
