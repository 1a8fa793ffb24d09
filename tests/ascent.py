"""The gradients that training takes, on either backend: what a step of gradient ascent adds to the weights."""

from typing import NamedTuple

import keras
import numpy as np
from keras import ops


class Step(NamedTuple):
    """What one step of gradient ascent began with, and what it added."""

    value: float  #: the objective's mean over the batch
    encoder: np.ndarray  #: the posterior's weights' gradient, all in one vector
    model: np.ndarray  #: that of the prior's and the likelihood's


class Ascent:
    """Gradient ascent on an objective: one step at a time, each from the same weights.

    Args:
        vae: a model, whose parts it shares.
        objective: what is ascended.
        kl_weight: as a `WarmUp` callback sets it.
    """

    def __init__(self, vae, objective, kl_weight=1.0):
        self.vae, self.kl_weight = vae.replace(objective=objective), kl_weight
        self.vae.build((None, *vae.image_shape))
        self.vae.compile(keras.optimizers.SGD(1.0))
        self.start = self.vae.get_weights()

    def step(self, x, seed, counter=0):
        """A `Step` on a batch, with the draws of a seed, whose state has come so far."""
        vae = self.vae
        vae.set_weights(self.start)
        vae.kl_weight.assign(self.kl_weight)
        vae.seed_generator.state.assign(ops.convert_to_tensor([seed, counter], vae.seed_generator.state.dtype))
        before = self._weights()
        vae.reset_metrics()
        loss, *_ = vae.train_on_batch(x)
        added = [after - was for after, was in zip(self._weights(), before, strict=True)]
        vae.set_weights(self.start)
        return Step(-float(loss), *added)

    def steps(self, x, count):
        """The encoder's gradients of so many steps with draws of their own, `[count, weights]`."""
        return np.array([self.step(x, seed).encoder for seed in range(count)])

    def _weights(self):
        encoder = self.vae.posterior.trainable_weights
        model = [*self.vae.prior.trainable_weights, *self.vae.likelihood.trainable_weights]
        return [np.concatenate([ops.convert_to_numpy(w).ravel() for w in part] or [[]]) for part in (encoder, model)]


def agree(a, b, most):
    """Whether two rows of gradients, `[R, weights]`, have the same mean: their differences do but for their error.

    Args:
        a, b: of the same draws.
        most: what the error may be at most, in units of the mean gradient's length, for this to say something.
    """
    difference = a - b
    error = difference.std(axis=0, ddof=1) / np.sqrt(len(difference)) + 1e-6
    assert np.linalg.norm(error) < most * np.linalg.norm(b.mean(axis=0)), "too few draws to say"
    return bool((np.abs(difference.mean(axis=0)) < 4.5 * error).all())
