"""Exponential moving averages of the weights, as a Keras optimizer with `use_ema=True` keeps them."""

import contextlib

import keras


@contextlib.contextmanager
def averaged(model):
    """Puts the optimizer's averages in the place of the model's trainable weights meanwhile.

    Args:
        model: compiled with an optimizer of `use_ema=True`.

    Example:
        >>> import numpy as np, zoo
        >>> vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2)
        >>> vae.compile(keras.optimizers.Adam(use_ema=True, ema_momentum=0.9))
        >>> vae.optimizer.build(vae.trainable_variables)
        >>> with averaged(vae):
        ...     images = vae.sample(n=4, seed=7)
    """
    weights = [keras.ops.convert_to_numpy(weight) for weight in model.trainable_variables]
    model.optimizer.finalize_variable_values(model.trainable_variables)
    try:
        yield
    finally:
        for variable, weight in zip(model.trainable_variables, weights, strict=True):
            variable.assign(weight)


class ValidateAverages(keras.callbacks.Callback):
    """Validates with the averages in the weights' place, since they are what is delivered.

    Keras's `SwapEMAWeights` does so by sums and differences, which changes the weights by their rounding.

    References:
        Polyak and Juditsky 1992, "Acceleration of Stochastic Approximation by Averaging", for averaged weights.
    """

    def __init__(self):
        super().__init__()
        self._meanwhile = contextlib.ExitStack()

    def on_test_begin(self, logs=None):
        self._meanwhile.enter_context(averaged(self.model))

    def on_test_end(self, logs=None):
        self._meanwhile.close()
