"""The KL term, brought in slowly."""

import keras

from zoo.errors import InputError


class WarmUp(keras.callbacks.Callback):
    """Sets the weight of the objective's KL term to min(1, start + (1 - start) * epoch / epochs), epoch = 0, 1, ...

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
        if epochs < 1 or not 0 <= start <= 1:
            raise InputError(f"WarmUp takes epochs of at least 1 and start in [0, 1], not {epochs!r} and {start!r}.")
        self.epochs, self.start = epochs, start

    def weight(self, epoch):
        """The weight in the epoch of that number, counted from 0."""
        return min(1.0, self.start + (1 - self.start) * epoch / self.epochs)

    def on_epoch_begin(self, epoch, logs=None):
        self.model.kl_weight.assign(self.weight(epoch))
