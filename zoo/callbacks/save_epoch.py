"""Saves a run after each epoch, so that it survives being killed."""

import time

import keras

from zoo.files.saving import save_keras, write_json


class SaveEpoch(keras.callbacks.Callback):
    """Writes `history.json` and then `model.keras` after each epoch, each whole or not at all.

    A row says how many batches the optimizer had seen by then, in all. A history that is one epoch ahead of the model's
    optimizer, because the process was killed between the two, is cut when the run goes on.

    Args:
        folder: where to.
        history: the list of what earlier epochs reported; this one's are appended to it.
    """

    def __init__(self, folder, history):
        super().__init__()
        self.folder, self.history = folder, history

    def on_epoch_begin(self, epoch, logs=None):
        self.start = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        figures = {name: float(value) for name, value in logs.items()}
        seconds, iterations = round(time.perf_counter() - self.start, 3), int(self.model.optimizer.iterations)
        self.history.append({"epoch": epoch + 1, "iterations": iterations, **figures, "seconds": seconds})
        write_json(self.folder / "history.json", {"epochs": self.history})
        save_keras(self.model, self.folder / "model.keras")
