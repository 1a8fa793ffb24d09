"""Early stopping, which has no memory but the history."""

import keras


class Patience(keras.callbacks.Callback):
    """Ends training when the validation loss hasn't fallen for a number of epochs.

    The validation loss is the objective's opposite, with the KL term whole. What Keras's `EarlyStopping` counts is
    counted in the history here: a run that goes on after a kill stops where it would have stopped.

    Args:
        epochs: how many.
        history: a list of dicts with `epoch` and `val_loss`, to which another callback appends each epoch's before.
        anew: the epoch after which is counted.

    Example:
        >>> history = [{"epoch": 1, "val_loss": 3.0}, {"epoch": 2, "val_loss": 2.0}, {"epoch": 3, "val_loss": 2.5}]
        >>> best_epoch(history), is_spent(history, 1), is_spent(history, 2)
        (2, True, False)

    References:
        Prechelt 1998, "Early Stopping - But When?", the criterion UP.
    """

    def __init__(self, epochs, history, anew=0):
        super().__init__()
        self.epochs, self.history, self.anew = epochs, history, anew

    def on_epoch_end(self, epoch, logs=None):
        if is_spent(self.history, self.epochs, self.anew):
            self.model.stop_training = True


def best_epoch(history):
    """The number of the first epoch with the lowest validation loss; of the last where none has a finite one."""
    best, lowest = history[-1]["epoch"], float("inf")
    for row in history:
        if row["val_loss"] < lowest:
            best, lowest = row["epoch"], row["val_loss"]
    return best


def is_spent(history, epochs, anew=0):
    """Whether so many epochs have come after the best of those that are counted.

    Args:
        history, epochs, anew: of `Patience`.
    """
    counted = [row for row in history if row["epoch"] > anew]
    return bool(counted) and counted[-1]["epoch"] - best_epoch(counted) >= epochs
