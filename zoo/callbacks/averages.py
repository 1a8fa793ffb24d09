"""Exponential moving averages of the weights, as a Keras optimizer with `use_ema=True` keeps them."""

import contextlib

import keras
import numpy as np
from keras import ops

#: For so many times the steps that they go back over, averages are still the weights themselves.
EARLY = 3


@contextlib.contextmanager
def averaged(model):
    """Puts the optimizer's averages in the place of the model's trainable weights meanwhile.

    Args:
        model: compiled with an optimizer of `use_ema=True`. Before its first step there are no averages: the weights
            stay as they are.

    Example:
        >>> import numpy as np, zoo
        >>> vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2)
        >>> vae.compile(keras.optimizers.Adam(use_ema=True, ema_momentum=0.9))
        >>> with averaged(vae):
        ...     images = vae.sample(n=4, seed=7)
    """
    weights = [np.array(weight) for weight in model.trainable_variables]
    if int(model.optimizer.iterations):
        for variable, average in _pairs(model):
            variable.assign(ops.copy(average))
    try:
        yield
    finally:
        for variable, weight in zip(model.trainable_variables, weights, strict=True):
            variable.assign(weight)


def _pairs(model):
    """Each trainable variable, and its average.

    What is assigned from one to the other is to be a copy: on JAX a step takes the memory of what it is given.
    """
    return zip(model.trainable_variables, model.optimizer._model_variables_moving_average, strict=True)


class ValidateAverages(keras.callbacks.Callback):
    """Validates with the averages in the weights' place, since they are what is delivered.

    Keras's averages of momentum m go back over 1 / (1 - m) steps, and begin with the weights of the first step: after a
    few hundred steps they are still mostly those. Here they begin anew at each validation of the first 3 / (1 - m)
    steps.

    Keras's `SwapEMAWeights` validates averages by sums and differences, which changes the weights by their rounding.

    References:
        Polyak and Juditsky 1992, "Acceleration of Stochastic Approximation by Averaging", for averaged weights.
    """

    def __init__(self):
        super().__init__()
        self._meanwhile = contextlib.ExitStack()

    def on_test_begin(self, logs=None):
        optimizer = self.model.optimizer
        if int(optimizer.iterations) * (1 - optimizer.ema_momentum) < EARLY:
            for variable, average in _pairs(self.model):
                average.assign(ops.copy(variable))
        self._meanwhile.enter_context(averaged(self.model))

    def on_test_end(self, logs=None):
        self._meanwhile.close()
