"""A progress bar for training, and one for anything else."""

import keras
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Column


def progress_bar(console, unit="epochs"):
    """A `rich.progress.Progress` on the console, with times and a text at its end."""
    # On a narrow terminal the end of the text is cut, not the numbers before it.
    return Progress(
        TextColumn("{task.description}", markup=False, table_column=_at_least(8)),
        BarColumn(bar_width=10),
        MofNCompleteColumn(table_column=_at_least(7)),
        TextColumn(unit, markup=False, table_column=_at_least(len(unit))),
        TimeElapsedColumn(table_column=_at_least(7)),
        TimeRemainingColumn(table_column=_at_least(7)),
        TextColumn("{task.fields[text]}", markup=False),
        console=console,
    )


def _at_least(width):
    return Column(no_wrap=True, min_width=width)


class ShowProgress(keras.callbacks.Callback):
    """Shows the epochs of a run on the console, with the last one's figures and the time left, while its `bar` is open.

    Args:
        console: a `rich.console.Console`.
        epochs: how many in all, at most.
        done: how many of them are done.
    """

    def __init__(self, console, epochs, done=0):
        super().__init__()
        self.bar = progress_bar(console, "epochs at most")
        self.task = self.bar.add_task("training", total=epochs, completed=done, text="")

    def on_epoch_end(self, epoch, logs=None):
        shown = {name: logs[name] for name in ("loss", "val_loss", "kl", "bits_per_dim") if name in logs}
        # Behind the time that is left.
        text = "  ".join(["left", *(f"{name} {float(value):.2f}" for name, value in shown.items())])
        self.bar.update(self.task, completed=epoch + 1, text=text)
