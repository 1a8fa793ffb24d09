"""What the VAE and the autoencoder have in common: a Keras model that is fitted to images alone."""

import contextlib
import contextvars
from abc import abstractmethod

import keras
import numpy as np
from keras import ops

from zoo.batch_loss import batch_loss
from zoo.callbacks.stop_on_non_finite import StopOnNonFinite
from zoo.images import check_images, check_shape
from zoo.part import Composed

#: The model whose step, of training or of evaluation, is being taken.
_STEPPING = contextvars.ContextVar("stepping", default=None)


class ImageModel(Composed, keras.Model):
    """A `keras.Model` over images, without targets: `compile(optimizer)`, then `fit(x)`.

    Its weights and its inputs are float32 whatever the precision of the networks in it. What it is fitted to,
    evaluated on and asked to predict is checked first; `predict` and a call give reconstructions.
    """

    def __init__(self, **kwargs):
        super().__init__(**{**kwargs, "dtype": "float32"})

    @abstractmethod
    def encode(self, x, training=None):
        """The code of each image, `[B, D]`."""

    @abstractmethod
    def decode(self, z, training=None):
        """The image of each code, `[B, height, width, channels]`."""

    @abstractmethod
    def loss_and_terms(self, x, training=False):
        """What a step makes small, and what it reports besides: the loss of each image, `[B]`, and its `terms`."""

    def check_values(self, x, name):
        """Raises `InputError` where the array x, called `name`, holds values that the model has no use for."""

    def reconstruct(self, x, training=None):
        """decode(encode(x)): float32 `[B, height, width, channels]`."""
        return self.decode(self.encode(x, training), training)

    def call(self, x, training=None):
        # A step of Keras's calls the model and then asks for the loss of what that gave. The networks run once: batch
        # normalization would count the images twice.
        return self.loss_and_terms(x, training) if self._steps() else self.reconstruct(x, training)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """The mean of the images' losses, each times its weight, and what the networks' regularizers add: a scalar."""
        losses, *terms = y_pred if self._steps() else self.loss_and_terms(x, training)
        if terms:
            self.terms.update_state(terms, sample_weight)
        if sample_weight is not None:
            losses = losses * ops.cast(sample_weight, losses.dtype)
        return batch_loss(losses, self.losses)

    def train_step(self, *args):
        with self._stepping():
            return super().train_step(*args)

    def test_step(self, *args):
        with self._stepping():
            return super().test_step(*args)

    def _steps(self):
        return _STEPPING.get() is self

    @contextlib.contextmanager
    def _stepping(self):
        token = _STEPPING.set(self)
        try:
            yield
        finally:
            _STEPPING.reset(token)

    def fit(self, x=None, y=None, *args, callbacks=None, validation_data=None, sample_weight=None, **kwargs):
        """`keras.Model.fit` on images alone, with a guard that ends training when the loss isn't finite.

        Raises:
            InputError: x or validation_data isn't a set of images that the model takes.
            NonFiniteLossError: the loss became NaN or infinite; the model holds its last good weights.
        """
        self._check(x, "x")
        if validation_data is not None:
            images = validation_data[0] if isinstance(validation_data, list | tuple) else validation_data
            self._check(images, "validation_data")
            if hasattr(validation_data, "__array__"):
                # Keras would take a bare array apart along its first axis, as (x, y).
                validation_data = (validation_data,)
        if not isinstance(callbacks, keras.callbacks.CallbackList):
            given = callbacks if isinstance(callbacks, list | tuple) else [callbacks] if callbacks else []
            callbacks = [*given, StopOnNonFinite()]
        return super().fit(
            x,
            _targets(x, y, sample_weight),
            *args,
            callbacks=callbacks,
            validation_data=validation_data,
            sample_weight=sample_weight,
            **kwargs,
        )

    def evaluate(self, x=None, y=None, *args, sample_weight=None, **kwargs):
        """`keras.Model.evaluate` on images alone: the means of what `fit` reports."""
        self._check(x, "x")
        return super().evaluate(x, _targets(x, y, sample_weight), *args, sample_weight=sample_weight, **kwargs)

    def predict(self, x, *args, **kwargs):
        """`keras.Model.predict`: reconstructions."""
        self._check(x, "x")
        return super().predict(x, *args, **kwargs)

    def _images(self, x):
        """x as a float32 tensor, once it has been looked at: an array whole, a tensor by its shape."""
        if isinstance(x, np.ndarray | list | tuple):
            x = np.asarray(x)
            self._check(x, "x")
        elif getattr(x, "shape", None) is not None and self.built:
            check_shape(tuple(x.shape), "x", self.image_shape)
        return ops.convert_to_tensor(x, "float32")

    def _check(self, x, name):
        check_images(x, name, self.image_shape if self.built else None, self.check_values)


def _targets(x, y, sample_weight):
    """The images themselves where there are weights: Keras drops the weights of what has no targets."""
    return x if y is None and sample_weight is not None else y
