"""Saves a run after each epoch, so that it survives being killed."""

import shutil
import time

import keras

from zoo.callbacks.averages import averaged
from zoo.callbacks.patience import best_epoch
from zoo.files.saving import replacing, save_keras, write_json

#: What training goes on from, and what is delivered: files in a run's folder.
STATE, MODEL = "state.keras", "model.keras"


class SaveEpoch(keras.callbacks.Callback):
    """Writes `history.json`, then `state.keras`, and then `model.keras` after each epoch, each whole or not at all.

    The state is the model and its optimizer as they are: weights, moments, averages, and the number of batches. The
    model that is delivered is the same; or it has the averaged weights, where the optimizer keeps them, and is that of
    the best epoch, where there is a patience.

    A row says how many batches the optimizer had seen by then, in all. A history that is one epoch ahead of the state,
    because the process was killed between the two, is cut when the run goes on.

    Args:
        folder: where to.
        history: the list of what earlier epochs reported; this one's are appended to it.
        best: whether the model of the best epoch is delivered, not that of the last.
    """

    def __init__(self, folder, history, best=False):
        super().__init__()
        self.folder, self.history, self.best = folder, history, best

    def on_epoch_begin(self, epoch, logs=None):
        self.start = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        self.save(self.model, epoch + 1, logs, round(time.perf_counter() - self.start, 3))

    def save(self, model, epoch, logs, seconds=0.0):
        """Writes what an epoch has left; of number 0 what training begins with."""
        figures = {name: float(value) for name, value in logs.items()}
        iterations = int(model.optimizer.iterations)
        self.history.append({"epoch": epoch, "iterations": iterations, **figures, "seconds": seconds})
        write_json(self.folder / "history.json", {"epochs": self.history})
        save_keras(model, self.folder / STATE)
        deliver(model, self.folder, self.history, self.best)


def deliver(model, folder, history, best):
    """Writes `model.keras`, if the last epoch's model is the one to deliver.

    Args:
        model: as the last epoch has left it, which `state.keras` has.
        folder, history, best: of `SaveEpoch`.
    """
    if best and history and best_epoch(history) != history[-1]["epoch"]:
        return
    if model.optimizer.use_ema:
        with averaged(model):
            save_keras(model, folder / MODEL)
    else:
        with replacing(folder / MODEL) as temporary:
            shutil.copyfile(folder / STATE, temporary)
