"""The plan of a run: what training takes, measured on its first steps."""

import math
import resource
import sys
import time
from typing import NamedTuple

import keras

from zoo.data.pipeline import training_batches


class Plan(NamedTuple):
    """What a run takes on this machine as it is now."""

    parameters: int  #: of the model, those that are trained
    seconds: float  #: of an epoch, without validation
    memory: int  #: bytes, the most that this process had


def plan(run):
    """The `Plan` of a run that isn't begun. Some steps are taken with its model, which nothing is kept of.

    Args:
        run: a `zoo.runs.run.Run`.
    """
    model = run.new_model()
    parameters = sum(math.prod(weight.shape) for weight in model.trainable_variables)
    seconds = seconds_per_epoch(run, model)
    # Linux counts in kB, macOS in bytes.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return Plan(parameters, seconds, peak)


def seconds_per_epoch(run, model):
    """The seconds of an epoch's steps, measured on some after the first, which compile.

    Args:
        run: a `zoo.runs.run.Run`.
        model: its `new_model()`, which is no use afterwards.
    """
    card, images = run.card, run.splits.train.images
    several = 6 * model.steps_per_execution
    labels = run.told_labels if model.labels else None
    batches = training_batches(images, card.batch_size, card.data.binarization, seed=0, epochs=several, labels=labels)
    ends = []
    clock = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs=None: ends.append((batch, time.perf_counter()))
    )
    model.fit(batches, steps_per_epoch=several, verbose=0, callbacks=[clock], shuffle=False)
    (first, start), (last, end) = ends[len(ends) // 3], ends[-1]
    return (end - start) / max(1, last - first) * run.steps
