"""Noise that depends on the seed and on the epoch, not on how the run got there."""

import keras
import numpy as np


class Reseed(keras.callbacks.Callback):
    """Sets the model's seed generators at the start of each epoch: a run that goes on repeats what it would have drawn.

    Args:
        seed: an int.
    """

    def __init__(self, seed):
        super().__init__()
        self.seed = seed

    def on_epoch_begin(self, epoch, logs=None):
        states = [v for v in self.model.non_trainable_variables if "seed_generator_state" in v.path]
        for number, state in enumerate(states):
            start = np.random.SeedSequence([self.seed, epoch, number]).generate_state(1)[0]
            state.assign(np.array([start, 0], "uint32").astype(state.dtype))
