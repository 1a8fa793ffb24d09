"""A model's `encode` and `decode` as steps of a functional Keras model."""

import functools

import keras

from zoo.data.images import check_shape
from zoo.errors import InputError
from zoo.part import Composed


class Method(Composed, keras.layers.Layer):
    """`model.encode` or `model.decode` as a layer, with the weights of the part that does it.

    The two call it themselves where they are given a `keras.Input`, or what came of one. What is made of the result
    learns by gradients through that part, and is saved with it. `trainable` and `training` are Keras's:
    `vae.posterior.trainable = False` leaves the encoder as it is.

    Args:
        model: a built VAE or autoencoder.
        method: "encode" or "decode".

    Raises:
        InputError: another method, or a model that isn't built.

    Example:
        >>> import zoo
        >>> vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2)
        >>> images = keras.Input((8, 8, 1))
        >>> classifier = keras.Model(images, keras.layers.Dense(10, "softmax")(vae.encode(images)))
        >>> classifier.output_shape, len(classifier.trainable_weights)
        ((None, 10), 6)
    """

    def __init__(self, model, method, **kwargs):
        super().__init__(**kwargs)
        if method not in model.PARTS:
            raise InputError(f"method is {method!r}, but must be one of {', '.join(model.PARTS)}.")
        if not model.built:
            raise InputError(f"{model.name} isn't built: call its build((None, height, width, channels)) first.")
        # Keras would take the whole model's weights for this layer's.
        object.__setattr__(self, "model", model)
        self.method, self.part = method, getattr(model, model.PARTS[method])

    def compute_output_shape(self, input_shape):
        if self.method == "decode":
            return (input_shape[0], *self.model.image_shape)
        check_shape(input_shape, "x", self.model.image_shape)
        return (input_shape[0], self.model.latent_dim)

    def call(self, x, training=None):
        return getattr(self.model, self.method)(x, training=training)


def functional(method):
    """The method of a model, which where it is given a symbolic tensor becomes a layer."""

    @functools.wraps(method)
    def call(self, x, training=None):
        if not isinstance(x, keras.KerasTensor):
            return method(self, x, training)
        name = method.__name__
        if name not in self._layers_by_method:
            self._layers_by_method[name] = Method(self, name)
        return self._layers_by_method[name](x, training=training)

    return call
