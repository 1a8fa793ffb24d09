"""log p(x) by importance sampling, with what it is made of and how far it can be trusted."""

import functools
from typing import NamedTuple

import numpy as np
from keras import ops

from zoo.compiled import compiled
from zoo.errors import InputError
from zoo.random import fold_in, key


class ImportanceSampling(NamedTuple):
    """Per-example results, float64 `[N]`, in nats where they are log densities."""

    log_px: np.ndarray  #: log 1/S sum_s p(x, z_s) / q(z_s|x)
    log_likelihood: np.ndarray  #: 1/S sum_s log p(x|z_s)
    kl: np.ndarray  #: 1/S sum_s log q(z_s|x) - log p(z_s)
    ess: np.ndarray  #: (sum_s w_s)^2 / sum_s w_s^2, the effective sample size, from 1 to S
    code: np.ndarray  #: 1/S sum_s z_s, `[N, D]`
    num_samples: int  #: S

    @property
    def elbo(self):
        """log_likelihood - kl, `[N]`."""
        return self.log_likelihood - self.kl

    def summary(self):
        """Means over the examples, and the standard error of the mean of log p(x).

        The standard error is the examples' standard deviation over sqrt(N): how much the mean would move for another
        test set. It is None for a single example, of which nothing can be said.

        Returns:
            A dict of `log_px`, `log_px_se`, `elbo`, `log_likelihood`, `kl` (nats), `ess`, `active_units`,
            `num_samples` and `num_examples`.
        """
        count = len(self.log_px)
        error = float(np.std(self.log_px, ddof=1) / np.sqrt(count)) if count > 1 else None
        means = {name: float(np.mean(getattr(self, name))) for name in ("elbo", "log_likelihood", "kl", "ess")}
        return {
            "log_px": float(np.mean(self.log_px)),
            "log_px_se": error,
            **means,
            "active_units": active_units(self.code),
            "num_samples": self.num_samples,
            "num_examples": count,
        }


def importance_sampling(vae, batches, num_samples=1000, seed=0, samples_per_step=None, progress=None):
    """Estimates log p(x) for each image: log 1/S sum_s p(x, z_s) / q(z_s|x), z_s ~ q(z|x).

    The estimate's expected value is a lower bound on log p(x) that grows with S. The sum runs over pieces of
    `samples_per_step` draws in one compiled function, so that memory doesn't grow with S; logarithms are summed in
    float64 with the largest term taken out.

    Args:
        vae: a model with `log_densities`.
        batches: images `[N, height, width, channels]`, or an iterable of batches of them.
        num_samples: S.
        seed: an int; the draws come from the counter-based generator.
        samples_per_step: draws of each image in one piece; None to have about 2500 images decoded at a time.
        progress: a function called with the number of image-samples done since the last call.

    Returns:
        `ImportanceSampling`.

    Raises:
        InputError: S isn't positive, or there are no images.

    Example:
        >>> import zoo
        >>> vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2)
        >>> result = importance_sampling(vae, np.zeros([4, 8, 8, 1]), num_samples=10)
        >>> result.summary()["num_examples"]
        4

    References:
        Burda et al. 2016, "Importance Weighted Autoencoders", section 5; Rezende et al. 2014, appendix E.
    """
    if num_samples < 1:
        raise InputError(f"num_samples is {num_samples}, but must be at least 1.")
    if hasattr(batches, "__array__"):
        batches = [batches[start : start + 100] for start in range(0, len(batches), 100)]
    stream = key(seed)
    draws, results = samples_per_step, []
    for number, x in enumerate(batches):
        x = ops.convert_to_tensor(x, "float32")
        if number == 0:
            draws = draws or max(1, min(num_samples, 2500 // len(x)))
            piece = compiled(functools.partial(_piece, vae, draws))
        totals = None
        for done in range(0, num_samples, draws):
            # The last piece may be smaller: its zeros and -infs say which of its draws count.
            offsets = np.where(np.arange(draws) < num_samples - done, 0.0, -np.inf).astype("float32")
            terms = piece(x, fold_in(fold_in(stream, number), done), offsets)
            terms = [np.asarray(term, "float64") for term in terms]
            totals = terms if totals is None else _add(totals, terms)
            if progress is not None:
                progress(len(x) * min(draws, num_samples - done))
        results.append(_finish(totals, num_samples))
    if not results:
        raise InputError("there are no images to evaluate: give at least one.")
    return ImportanceSampling(*(np.concatenate(parts) for parts in zip(*results, strict=True)), num_samples)


def _piece(vae, draws, x, stream, offsets):
    """log sum w, log sum w^2 and the sums of log p(x|z), log q - log p and z over the draws that count."""
    densities = vae.log_densities(x, draws, seed=stream)
    counts = ops.exp(offsets)[:, None]
    log_weight = densities.log_weight + offsets[:, None]
    return (
        ops.logsumexp(log_weight, axis=0),
        ops.logsumexp(2 * log_weight, axis=0),
        ops.sum(counts * densities.likelihood, axis=0),
        ops.sum(counts * (densities.posterior - densities.prior), axis=0),
        ops.sum(counts[..., None] * densities.z, axis=0),
    )


def _add(totals, terms):
    logs = [np.logaddexp(total, term) for total, term in zip(totals[:2], terms[:2], strict=True)]
    return logs + [total + term for total, term in zip(totals[2:], terms[2:], strict=True)]


def _finish(totals, num_samples):
    log_sum, log_sum_squares, *sums = totals
    means = [total / num_samples for total in sums]
    return log_sum - np.log(num_samples), means[0], means[1], np.exp(2 * log_sum - log_sum_squares), means[2]


def active_units(code, threshold=0.01):
    """How many latent dimensions say anything about x: Var_x(E_q[z_d]) > threshold.

    Args:
        code: the posterior means, `[N, D]`.
        threshold: the variance above which a dimension counts.

    Returns:
        An int.

    Example:
        >>> active_units(np.array([[0.0, 1.0], [0.0, -1.0]]))
        1

    References:
        Burda et al. 2016, "Importance Weighted Autoencoders", section 5.3 and appendix C.
    """
    return int(np.sum(np.var(code, axis=0) > threshold))
