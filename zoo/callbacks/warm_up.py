"""The KL term, brought in slowly."""

import numbers
import warnings

import keras

from zoo.errors import InputError
from zoo.numerics.counts import check_count


class WarmUp(keras.callbacks.Callback):
    """Sets the weight of the objective's KL term to min(1, start + (1 - start) * epoch / epochs), epoch = 0, 1, ...

    In evaluation the term counts whole, so that the `val_loss` of one epoch can be compared with another's; the `loss`
    can't. When training ends the weight is 1, stopped early or not, and also where the weights of an earlier epoch are
    put back.

    Early on, the reconstruction gets a head start over the prior, and fewer latent dimensions are given up.

    Args:
        epochs: after how many epochs the weight is 1.
        start: the weight of the first epoch.

    Raises:
        InputError: fewer than one epoch, or a start outside [0, 1].

    Example:
        >>> [WarmUp(epochs=4).weight(epoch) for epoch in (0, 1, 4, 9)]
        [0.0, 0.25, 1.0, 1.0]

    References:
        Bowman et al. 2016, "Generating Sentences from a Continuous Space", section 3.1; Soenderby et al. 2016, "Ladder
        Variational Autoencoders", section 2.3.
    """

    def __init__(self, epochs, start=0.0):
        super().__init__()
        check_count("epochs", epochs)
        if isinstance(start, bool) or not isinstance(start, numbers.Real) or not 0 <= start <= 1:
            raise InputError(f"start is {start!r}, but must be a number from 0 to 1.")
        self.epochs, self.start = epochs, start

    def weight(self, epoch):
        """The weight in the epoch of that number, counted from 0."""
        return min(1.0, self.start + (1 - self.start) * epoch / self.epochs)

    def on_train_begin(self, logs=None):
        epochs = (self.params or {}).get("epochs")
        if epochs and self.weight(epochs - 1) < 1:
            warnings.warn(
                f"WarmUp(epochs={self.epochs}) is longer than the training, which ends after epoch {epochs}: the KL "
                f"term will have counted for {self.weight(epochs - 1):g} at most. Give WarmUp fewer, or fit more.",
                stacklevel=2,
            )

    def on_epoch_begin(self, epoch, logs=None):
        self.model.kl_weight.assign(self.weight(epoch))
