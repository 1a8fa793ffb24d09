"""The guard of `fit`."""

import keras
import numpy as np

from zoo.errors import NonFiniteLossError


class StopOnNonFinite(keras.callbacks.Callback):
    """Ends training at the step whose loss is NaN or infinite, and puts the last good weights back.

    Good weights are a copy made every `keep_every` steps, if the loss of that step and all the weights were finite.

    Args:
        keep_every: steps between copies. A copy costs about a hundredth of a step of a small model.

    Raises (from `fit`):
        NonFiniteLossError: it names the term, the epoch and the step, and says what to try.

    Example:
        >>> StopOnNonFinite(keep_every=100).keep_every
        100
    """

    def __init__(self, keep_every=100):
        super().__init__()
        self.keep_every = keep_every
        self.epoch, self.good, self.steps_since, self.last = 0, None, 0, -1

    def on_train_begin(self, logs=None):
        self._keep()

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch, self.last = epoch, -1

    def on_train_batch_end(self, batch, logs=None):
        if np.isfinite(float(logs["loss"])):
            # Keras may take several steps at once.
            self.steps_since += batch - self.last
            self.last = batch
            if self.steps_since >= self.keep_every:
                self._keep()
            return
        terms = [name for name, value in logs.items() if name != "loss" and not np.isfinite(float(value))]
        if self.good is not None:
            self.model.set_weights(self.good)
        self.model.stop_training = True
        raise NonFiniteLossError(
            f"the loss is {float(logs['loss'])} at epoch {self.epoch + 1}, step {batch + 1}; not finite: "
            f"{', '.join(terms) or 'the objective alone'}. The model is back at its last good weights. Try a smaller "
            "learning rate, clipped gradients (`zoo train --clip-norm 100`, or Adam(global_clipnorm=100.0)), or "
            "float32 if this was bfloat16."
        )

    def _keep(self):
        self.steps_since = 0
        if not self.model.built:
            return
        weights = self.model.get_weights()
        if all(np.isfinite(weight).all() for weight in weights if weight.dtype.kind == "f"):
            self.good = weights
