"""A bound from gradient ascent whose entropy is tracked: early stopping as nonparametric variational inference."""

from typing import NamedTuple

import numpy as np
from keras import ops

from zoo.abilities import require, require_support
from zoo.evaluation.batched import batch_key, batched
from zoo.evaluation.mean_and_error import mean_and_error
from zoo.numerics.compilation import compiled
from zoo.numerics.counts import check_count, check_positive
from zoo.numerics.gradient import gradient
from zoo.random import draw_and_log_prob
from zoo.support import Support


class Ascent(NamedTuple):
    """The bounds after 0, 1, .. T steps of each image's draws."""

    bounds: np.ndarray  #: E[log p(x, z_t) - log q_t(z_t)], float64 `[T + 1, N]`, in nats
    entropy: np.ndarray  #: how much the entropy has changed since the start, float64 `[T + 1, N]`, in nats
    folded: np.ndarray  #: where a step was so large that it may have folded space, so that it is no bound: bool `[N]`

    @property
    def best(self):
        """The number of steps after which the mean bound of all images is largest: when to stop."""
        return int(np.argmax(self.bounds.mean(axis=1)))

    def summary(self):
        """The mean bound at the start, at the best step and at the end, each with its standard error.

        Returns:
            A dict of `start`, `best` and `end`, with `_se` (None for a single example), `best_step`, `folded` (how
            many) and `num_examples`.
        """
        means = {"start": self.bounds[0], "best": self.bounds[self.best], "end": self.bounds[-1]}
        found = {key: value for name, each in means.items() for key, value in mean_and_error(name, each).items()}
        return found | {"best_step": self.best, "folded": int(self.folded.sum()), "num_examples": len(self.folded)}


def ascent(vae, batches, steps=20, step_size=1e-3, num_samples=10, seed=0, progress=None):
    """Moves q's draws up the gradient of log p(x, z), and knows what their law has become: the bound at each step.

        z_0 ~ q(z|x),   z_(t+1) = z_t + e grad log p(x, z_t)
        log q_(t+1)(z_(t+1)) = log q_t(z_t) - log|det(I + e H(z_t))|,   H = the Hessian of log p(x, z)
        L_t = E[log p(x, z_t) - log q_t(z_t)]

    A step is a change of variables, so that E[log det] is the change in entropy: at first the draws gain more in
    log p(x, z) than they lose in entropy, later less, and the best of the L_t says when to stop. That holds while
    e times the largest negative curvature is below 1, where a step maps no two points to one; `folded` says where a
    draw was beyond. The Hessian is taken whole, by D products, so this is for tens of dimensions.

    Args:
        vae: a model with `infer` and `log_joint`.
        batches: images `[N, height, width, channels]`, or an iterable of batches of them.
        steps: how many, T.
        step_size: e.
        num_samples: draws for each image.
        seed: an int.
        progress: a function called with the number of images' steps done since the last call.

    Returns:
        `Ascent`.

    Raises:
        InputError: there are no images, a number isn't a positive one, or the model is no VAE with codes in R^D.

    Example:
        >>> import zoo
        >>> vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2)
        >>> ascent(vae, np.zeros([3, 8, 8, 1]), steps=5).bounds.shape
        (6, 3)

    References:
        Duvenaud et al. 2016, "Early Stopping as Nonparametric Variational Inference".
    """
    require(vae, "has_density", "a bound from gradient ascent")
    require_support(vae, Support.REALS, "a bound from gradient ascent")
    check_positive("step_size", step_size)
    check_count("steps", steps)
    check_count("num_samples", num_samples)
    begin = compiled(lambda x, key: draw_and_log_prob(vae.infer(x), key, (num_samples,)))
    joint = compiled(lambda x, z: sum(vae.log_joint(x, z)))
    move = compiled(lambda x, z: step_and_hessian(lambda z: sum(vae.log_joint(x, z)), z, step_size))
    results = []
    for number, x in enumerate(batched(batches, vae)):
        x = ops.convert_to_tensor(x, "float32")
        z, log_q = begin(x, batch_key(seed, number))
        log_q = np.asarray(log_q, "float64")
        bounds, entropy = [(np.asarray(joint(x, z), "float64") - log_q).mean(axis=0)], [np.zeros(len(x))]
        folded = np.zeros(len(x), bool)
        for _ in range(steps):
            z, hessian = move(x, z)
            # The eigenvalues of I + e H, which is symmetric up to rounding.
            stretch = 1 + step_size * np.linalg.eigvalsh(np.asarray(hessian, "float64"))
            folded |= (stretch <= 0).any(axis=(0, -1))
            change = np.log(np.maximum(np.abs(stretch), np.finfo(float).tiny)).sum(axis=-1)
            log_q = log_q - change
            entropy.append(entropy[-1] + change.mean(axis=0))
            bounds.append((np.asarray(joint(x, z), "float64") - log_q).mean(axis=0))
            if progress is not None:
                progress(len(x))
        results.append((np.stack(bounds), np.stack(entropy), folded))
    bounds, entropy, folded = zip(*results, strict=True)
    return Ascent(np.concatenate(bounds, axis=1), np.concatenate(entropy, axis=1), np.concatenate(folded))


def step_and_hessian(log_joint, z, step_size):
    """z + e grad log_joint(z), and the Hessian of log_joint at z.

    Args:
        log_joint: a function of z, `[..., B, D]`, to `[..., B]`.
        z: `[S, B, D]`.
        step_size: e.

    Returns:
        `[S, B, D]` and `[S, B, D, D]`.

    Example:
        >>> z, hessian = step_and_hessian(lambda z: -ops.sum(z, axis=-1) ** 2 / 2, ops.ones([1, 1, 2]), 0.1)
        >>> [round(float(number), 4) for number in (*z[0, 0], *hessian[0, 0, 0])]
        [0.8, 0.8, -1.0, -1.0]
    """
    # All rows in one pass: the d-th of D copies of z follows the d-th slope.
    directions = ops.eye(z.shape[-1])[:, None, None]
    copies = ops.broadcast_to(z, (z.shape[-1], *ops.shape(z)))
    rows = gradient(lambda at: gradient(log_joint, at) * directions, copies)
    return z + step_size * gradient(log_joint, z), ops.moveaxis(rows, 0, -2)
