"""Cuts of the learning rate, which have no memory but the history."""

import keras


class Plateau(keras.callbacks.Callback):
    """Cuts the learning rate when the validation loss hasn't fallen for some epochs, and again after as many more.

    What Keras's `ReduceLROnPlateau` counts is counted in the history here, and the rate is a weight of the optimizer's:
    a run that goes on after a kill cuts where it would have cut.

    Args:
        epochs: how many they are.
        history: a list of dicts with `epoch` and `val_loss`, to which another callback appends each epoch's.
        anew: the epoch after which is counted.
        factor: what the rate is multiplied by.

    Example:
        >>> history = [{"epoch": n, "val_loss": loss} for n, loss in enumerate((3.0, 2.0, 2.5, 2.5, 2.5, 2.5), 1)]
        >>> [is_cut_due(history[:n], 2) for n in range(1, 7)]
        [False, False, False, True, False, True]
    """

    def __init__(self, epochs, history, anew=0, factor=0.3):
        super().__init__()
        self.epochs, self.history, self.anew, self.factor = epochs, history, anew, factor

    def on_epoch_begin(self, epoch, logs=None):
        # Not at the end of the epoch before, whose state is written with the rate that it had.
        if is_cut_due(self.history, self.epochs, self.anew):
            rate = self.model.optimizer.learning_rate
            rate.assign(rate * self.factor)


def is_cut_due(history, epochs, anew=0):
    """Whether so many epochs have come since the best, or since the cut that was due last.

    Args:
        history, epochs, anew: of `Plateau`.
    """
    lowest, since = float("inf"), 0
    for row in history:
        if row["epoch"] <= anew:
            continue
        if row["val_loss"] < lowest:
            lowest, since = row["val_loss"], 0
        else:
            # After `epochs` it begins again.
            since = since % epochs + 1
    return since == epochs
