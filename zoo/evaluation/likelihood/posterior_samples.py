"""Samples nearer the exact posterior than q: Hamiltonian Monte Carlo that starts at q's draws."""

from typing import NamedTuple

import numpy as np
from keras import ops

from zoo.abilities import require, require_support
from zoo.evaluation.batched import batch_key, batched
from zoo.evaluation.mean_and_error import mean_and_error
from zoo.numerics.compilation import compiled
from zoo.numerics.counts import check_count, check_positive
from zoo.random import draw_and_log_prob, fold_in, hmc_step, split
from zoo.random.hmc import ACCEPTANCE, GAIN
from zoo.support import Support


class PosteriorSamples(NamedTuple):
    """Where the chains have ended, and per-example figures, float64 `[N]`."""

    z: np.ndarray  #: float32 `[K, N, D]`
    start: np.ndarray  #: the mean of log p(x, z) over q's draws, where the chains began, in nats
    end: np.ndarray  #: that over z, in nats
    acceptance: np.ndarray  #: the share of accepted proposals, once the step sizes are found
    step_size: np.ndarray  #: of each image

    def summary(self):
        """Means over the examples and their standard errors, under their names and `_se` (None for a single example).

        Returns:
            A dict of `start`, `end`, `gain` (the mean of end - start), `acceptance`, `num_chains` and `num_examples`.
        """
        figures = {
            "start": self.start,
            "end": self.end,
            "gain": self.end - self.start,
            "acceptance": self.acceptance,
        }
        found = {key: value for name, each in figures.items() for key, value in mean_and_error(name, each).items()}
        return found | {"num_chains": len(self.z), "num_examples": len(self.end)}


def posterior_samples(
    vae, batches, num_chains=16, steps=100, adapting=100, leapfrog_steps=10, step_size=0.1, seed=0, progress=None
):
    """Runs chains for each image that start at draws of q(z|x) and leave p(z|x) as it is.

        z_0 ~ q(z|x),   z_t ~ HMC for log p(x, z)

    The more steps, the nearer are z's law and p(z|x), whatever q is; a good q saves most of them. The step sizes, one
    for each image, are adapted to an acceptance of 0.65 first, and then fixed: chains that go on adapting would lead
    to another law. A chain whose steps are half a swing long comes back to where it was, and needs many: where `start`
    and `end` are alike and q is bad, try other `leapfrog_steps`.

    Args:
        vae: a model with `infer` and `log_joint`.
        batches: images `[N, height, width, channels]`, or an iterable of batches of them.
        num_chains: for each image, K.
        steps: of each chain after those that adapt.
        adapting: steps that find the step size; 0 for none, and `step_size` for all.
        leapfrog_steps: of each step.
        step_size: what the adaptation starts at.
        seed: an int.
        progress: a function called with the number of chain steps done since the last call.

    Returns:
        `PosteriorSamples`.

    Raises:
        InputError: there are no images, a number isn't a positive one, or the model is no VAE with codes in R^D.

    Example:
        >>> import zoo
        >>> vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2)
        >>> posterior_samples(vae, np.zeros([3, 8, 8, 1]), num_chains=4, steps=5, adapting=5).z.shape
        (4, 3, 2)

    References:
        Hoffman 2017, "Learning Deep Latent Gaussian Models with Markov Chain Monte Carlo"; Neal 2011, "MCMC Using
        Hamiltonian Dynamics", section 4.4.
    """
    require(vae, "has_density", "samples of the posterior")
    require_support(vae, Support.REALS, "samples of the posterior")
    check_count("adapting", adapting, least=0)
    check_positive("step_size", step_size)
    for name, count in (("num_chains", num_chains), ("steps", steps), ("leapfrog_steps", leapfrog_steps)):
        check_count(name, count)
    begin = compiled(lambda x, key: draw_and_log_prob(vae.infer(x), key, (num_chains,))[0])
    joint = compiled(lambda x, z: ops.mean(sum(vae.log_joint(x, z)), axis=0))

    @compiled
    def move(x, z, sizes, key, number):
        return hmc_step(lambda z: sum(vae.log_joint(x, z)), z, sizes, leapfrog_steps, fold_in(key, number))

    results = []
    for number, x in enumerate(batched(batches, vae)):
        x = ops.convert_to_tensor(x, "float32")
        first, moves = split(batch_key(seed, number))
        z = begin(x, first)
        start, log_size, accepted = joint(x, z), np.full(len(x), np.log(step_size)), 0.0
        for step in range(adapting + steps):
            z, share = move(x, z, np.exp(log_size).astype("float32"), moves, np.int32(step))
            share = np.asarray(share, "float64")
            if step < adapting:
                log_size += GAIN * (share - ACCEPTANCE)
            else:
                accepted = accepted + share / steps
            if progress is not None:
                progress(num_chains * len(x))
        results.append((np.asarray(z).swapaxes(0, 1), start, joint(x, z), accepted, np.exp(log_size)))
    z, *figures = (np.concatenate([np.asarray(part) for part in parts]) for parts in zip(*results, strict=True))
    return PosteriorSamples(z.swapaxes(0, 1), *(np.asarray(figure, "float64") for figure in figures))
