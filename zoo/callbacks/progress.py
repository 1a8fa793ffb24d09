"""A progress bar for training, and one for anything else."""

import time

import keras
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn


def progress_bar(console, unit="epochs"):
    """A `rich.progress.Progress` on the console, with times and a text at its end."""
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(unit, markup=False),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[text]}", markup=False),
        console=console,
    )


class ShowProgress(keras.callbacks.Callback):
    """Shows the epochs of a run on the console, with the last one's figures and the time left, while its `bar` is open.

    Args:
        console: a `rich.console.Console`.
        epochs: how many in all, at most.
        done: how many of them are done.
    """

    def __init__(self, console, epochs, done=0):
        super().__init__()
        self.bar = progress_bar(console)
        self.task = self.bar.add_task("training", total=epochs, completed=done, text="")
        self.epochs, self.seen, self.start = epochs, 0, time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        shown = {name: logs[name] for name in ("loss", "val_loss", "kl", "bits_per_dim") if name in logs}
        text = "  ".join(f"{name} {float(value):.2f}" for name, value in shown.items())
        # Counted here: a history may be one epoch ahead of what it goes on from.
        self.seen += 1
        each = (time.perf_counter() - self.start) / self.seen
        text += f"  {minutes(each * (self.epochs - epoch - 1))} left at most"
        self.bar.update(self.task, completed=epoch + 1, text=text)


def minutes(seconds):
    """A time in words: whole minutes, of which less than one is seconds.

    Example:
        >>> minutes(50), minutes(610)
        ('50 s', '10 min')
    """
    return f"{seconds:.0f} s" if seconds < 60 else f"{seconds / 60:.0f} min"
