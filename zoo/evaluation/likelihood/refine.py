"""The best code of each image: the encoder's guess, optimized for that image alone."""

import functools
from typing import NamedTuple

import numpy as np

from zoo.evaluation.batched import batched
from zoo.evaluation.likelihood.local_posterior import LocalPosterior
from zoo.evaluation.mean_and_error import mean_and_error
from zoo.numerics.counts import check_count
from zoo.random import center


class Refinement(NamedTuple):
    """Per-example results; bounds are in nats, each in expectation at most log p(x)."""

    codes: np.ndarray  #: the mean of the optimized q (a flow's base mean, pushed through it), float32 `[N, D]`
    before: np.ndarray  #: E_q[log p(x, z) - log q(z)] of the encoder's q, float64 `[N]`
    before_se: np.ndarray  #: the standard error of the mean over the draws, `[N]`
    after: np.ndarray  #: that of the optimized q, `[N]`
    after_se: np.ndarray  #: its standard error, `[N]`
    gain_se: np.ndarray  #: that of their difference, which is of common noise, `[N]`

    @property
    def gain(self):
        """How much each image's bound has risen, `[N]`: what the encoder's guess had lost."""
        return self.after - self.before

    def summary(self):
        """The mean over the images of `before`, `after` and `gain`, and its standard error (None for a single image).

        Returns:
            A dict of these, each with its error under its name and `_se`, and of `num_examples`.
        """
        means = {"before": self.before, "after": self.after, "gain": self.gain}
        found = {key: value for name, each in means.items() for key, value in mean_and_error(name, each).items()}
        return found | {"num_examples": len(self.after)}


def refine(vae, x, steps=500, learning_rate=1e-2, num_samples=1000, draws=10, seed=0, progress=None):
    """Optimizes what the encoder says of each image, for that image alone: a better code, and a better bound.

        q* = posterior.given(s*),   s* = argmax_s E_q[log p(x, z) - log q(z)],   from s = posterior.statistics(x) on

    The model isn't changed. Where an encoder was trained on other images than these, most of the gap between its bound
    and log p(x) may be what it misses; this takes that away. Where the gain is small, the encoder does as well as its
    kind of q can.

    Args:
        vae: a trained VAE.
        x: images `[N, height, width, channels]`, or an iterable of batches of them.
        steps: of Adam, whose rate falls to zero along half a cosine.
        learning_rate: the first one.
        num_samples: draws for each bound, before and after: both of the same noise.
        draws: of each image for each step.
        seed: an int.
        progress: a function called with the number of images' steps done since the last call.

    Returns:
        `Refinement`.

    Raises:
        InputError: there are no images, a number isn't a positive one, or the model is no VAE with codes in R^D.
        NonFiniteLossError: the learning rate was so large that the statistics became infinite.

    Example:
        >>> import zoo
        >>> vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2)
        >>> found = zoo.refine(vae, np.zeros([3, 8, 8, 1]), steps=100, num_samples=200)
        >>> found.codes.shape, bool((found.after > found.before).all())
        ((3, 2), True)

    References:
        Hoffman et al. 2013, "Stochastic Variational Inference"; Cremer et al. 2018, "Inference Suboptimality in
        Variational Autoencoders", section 5.2.
    """
    check_count("num_samples", num_samples, least=2)
    results = []
    for number, batch in enumerate(batched(x, vae)):
        own = int(np.random.SeedSequence([seed, number]).generate_state(1)[0])
        q = LocalPosterior(vae, batch, seed=own)
        before = q.log_weights(num_samples, own)
        q.optimize(learning_rate, draws, steps, progress=progress and functools.partial(_count, progress, len(batch)))
        after = q.log_weights(num_samples, own)
        figures = [(each.mean(axis=0), _error(each)) for each in (before, after)]
        results.append((np.asarray(center(q())), *figures[0], *figures[1], _error(after - before)))
    return Refinement(*(np.concatenate(parts) for parts in zip(*results, strict=True)))


def _error(log_weights):
    """The standard error of the mean over the draws, `[N]`."""
    return log_weights.std(axis=0, ddof=1) / np.sqrt(len(log_weights))


def _count(progress, images, steps):
    progress(images * steps)
