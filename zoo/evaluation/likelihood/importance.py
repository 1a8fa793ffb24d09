"""log p(x) by importance sampling, with what it is made of and how far it can be trusted."""

import csv
import functools
import itertools
import math
import threading
import warnings
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import NamedTuple

import keras
import numpy as np
from keras import ops

from zoo.abilities import require
from zoo.evaluation.batched import batch_key, batched
from zoo.evaluation.likelihood.effective_size import collapsed, monte_carlo_error
from zoo.evaluation.likelihood.pareto import HEAVY, tail_shape_and_error, tail_size
from zoo.evaluation.mean_and_error import error_of_mean, mean_and_error
from zoo.files.saving import replacing
from zoo.numerics.compilation import compiled
from zoo.numerics.counts import check_count
from zoo.random import fold_in

COLLAPSED = 10.0  # an effective sample size below which an estimate isn't to be trusted
PER_EXAMPLE = ("elbo", "log_likelihood", "kl", "ess", "monte_carlo_se", "pareto_k")  # the CSV's columns


class ImportanceSampling(NamedTuple):
    """Per-example results, float64 `[N]`, in nats where they are log densities."""

    log_px: np.ndarray  #: log 1/S sum_s p(x, z_s) / q(z_s|x), for the largest S
    log_likelihood: np.ndarray  #: 1/S sum_s log p(x|z_s)
    kl: np.ndarray  #: 1/S sum_s log q(z_s|x) - log p(z_s)
    ess: np.ndarray  #: (sum_s w_s)^2 / sum_s w_s^2, the effective sample size, from 1 to S
    code: np.ndarray  #: 1/S sum_s z_s, `[N, D]`
    code_error: np.ndarray  #: the squared standard error of `code`, `[N, D]`; not a number for S = 1
    pareto_k: np.ndarray  #: the shape of the weights' tail (`pareto.py`), `[N]`; NaN of 20 samples or fewer
    monte_carlo_se: np.ndarray  #: how much log_px would move for another seed, `[N]`; NaN for S = 1
    num_samples: int  #: S
    bounds: dict  #: log_px by the number of samples, for each that was asked for
    num_dims: int | None = None  #: an image's pixels and channels, where they are of 8 bits each

    @property
    def elbo(self):
        """log_likelihood - kl, `[N]`."""
        return self.log_likelihood - self.kl

    @property
    def collapsed(self):
        """Whether so few of an example's weights count that its log p(x) may be too low, bool `[N]`; None for S = 1.

        That is an effective sample size below 10, of 100 samples or more; of fewer, in proportion
        (`zoo.evaluation.likelihood.effective_size.collapsed`).
        """
        return collapsed(self.ess, self.num_samples, COLLAPSED, 10 * COLLAPSED)

    @property
    def doubtful(self):
        """Whether an example's log p(x) may be higher than its estimate by more than any error says, bool `[N]`.

        That is a Pareto k above 0.7 (or not known: of 20 samples or fewer), or a collapse.
        """
        heavy = ~(self.pareto_k <= HEAVY)
        return heavy if self.collapsed is None else heavy | self.collapsed

    def save_csv(self, path, numbers=None):
        """Writes a line for each example: its number, log p(x) for each S, and its other figures by their names.

        Args:
            path: the file; what is there is replaced.
            numbers: of the examples, `[N]`; None to count them from 0.
        """
        numbers = range(len(self.log_px)) if numbers is None else numbers
        columns = {f"log_px_{size}": values for size, values in self.bounds.items()}
        columns |= {name: getattr(self, name) for name in PER_EXAMPLE}
        with replacing(path) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
            lines = csv.writer(file)
            lines.writerow(["example", *columns])
            lines.writerows(zip(numbers, *columns.values(), strict=True))

    def summary(self):
        """Means over the examples, and their standard errors.

        `log_px_se` is the examples' standard deviation over sqrt(N): how much the mean would move for another test set.
        It is None for a single example, of which nothing can be said; so are the others' under their names and `_se`.
        `monte_carlo_se` is how much it would move for another seed.

        Returns:
            A dict of `log_px`, `monte_carlo_se`, `elbo`, `log_likelihood`, `kl` (nats), `ess`, `pareto_k` (None for 20
            samples or fewer), `collapsed` and `doubtful` (how many; the first None for S = 1), `active_units`
            (None for S = 1 or a single image), `num_samples` and `num_examples`; for 8-bit pixels `bits_per_dim`, which
            is -log_px / (num_dims log 2); and `bounds`, the mean and the standard error for each number of samples,
            where more than one was asked for.
        """
        several = self.num_samples > 1 and len(self.log_px) > 1
        fitted = tail_size(self.num_samples) > 0
        result = {
            **mean_and_error("log_px", self.log_px),
            "monte_carlo_se": error_of_mean(self.monte_carlo_se),
            **mean_and_error("elbo", self.elbo),
            **mean_and_error("log_likelihood", self.log_likelihood),
            **mean_and_error("kl", self.kl),
            **mean_and_error("ess", self.ess),
            **(mean_and_error("pareto_k", self.pareto_k) if fitted else {"pareto_k": None}),
            "collapsed": None if self.collapsed is None else int(np.sum(self.collapsed)),
            "doubtful": int(np.sum(self.doubtful)),
            "active_units": active_units(self.code, self.code_error) if several else None,
            "num_samples": self.num_samples,
            "num_examples": len(self.log_px),
        }
        if self.num_dims is not None:
            result |= mean_and_error("bits_per_dim", -self.log_px / (self.num_dims * math.log(2)))
        if len(self.bounds) > 1:
            result["bounds"] = {str(size): mean_and_error("log_px", values) for size, values in self.bounds.items()}
        return result


def importance_sampling(vae, batches, num_samples=1000, seed=0, samples_per_step=None, progress=None):
    """Estimates log p(x) for each image: log 1/S sum_s p(x, z_s) / q(z_s|x), z_s ~ q(z|x).

    The estimate's expected value is a lower bound on log p(x) that grows with S. The sum runs over pieces of
    `samples_per_step` draws in one compiled function, so that memory doesn't grow with S; logarithms are summed in
    float64 with the largest term taken out. For several S there is still one pass, of the largest: the bound for S is
    that of the first S draws. Each image's largest weights are kept, min(S/5, 3 sqrt(S)) of them: a Pareto law fitted
    to these says how far the estimate can be trusted (`pareto.py`). The estimate itself is the raw mean's:
    one of smoothed weights is no bound.

    Args:
        vae: a model with `log_densities`.
        batches: images `[N, height, width, channels]`, or an iterable of batches of them.
        num_samples: S, or a list of them.
        seed: an int; the draws come from the counter-based generator.
        samples_per_step: draws of each image in one piece; None for as many as `decoded_at_a_time` says.
        progress: a function called with the number of image-samples done since the last call.

    Returns:
        `ImportanceSampling`.

    Raises:
        InputError: S isn't positive, the model is an autoencoder, or the images aren't any that it takes.

    Warns:
        UserWarning: of some images' weights so few count, or so heavy is their tail, that the estimate may be too low.

    Example:
        >>> import zoo
        >>> vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2)
        >>> result = importance_sampling(vae, np.zeros([4, 8, 8, 1]), num_samples=[1, 10])
        >>> result.summary()["num_examples"], list(result.bounds)
        (4, [1, 10])

    References:
        Burda et al. 2016, "Importance Weighted Autoencoders", section 5; Rezende et al. 2014, appendix E; Owen 2013,
        "Monte Carlo theory, methods and examples", section 9.3, for the effective sample size; Vehtari et al. 2024,
        "Pareto Smoothed Importance Sampling", for the Pareto k.
    """
    require(vae, "has_density", "log p(x)")
    sizes = sorted({num_samples} if np.ndim(num_samples) == 0 else set(num_samples))
    for size in sizes or [0]:
        check_count("num_samples", size)
    if samples_per_step is not None:
        check_count("samples_per_step", samples_per_step)
    numbered = enumerate(batched(batches, vae))
    pair, results = list(itertools.islice(numbered, 2)), []
    draws = samples_per_step or max(1, min(sizes[-1], decoded_at_a_time(vae) // len(pair[0][1])))
    piece, progress = compiled(functools.partial(_piece, vae, draws)), progress or (lambda count: None)

    stopped = threading.Event()

    def advance(count):
        if stopped.is_set():
            raise InterruptedError("the other batch has failed, or the user has stopped it")
        progress(count)

    def one_batch(numbered):
        number, x = numbered
        x = ops.convert_to_tensor(x, "float32")
        return _sum_pieces(piece, x, batch_key(seed, number), sizes, draws, advance)

    # While one thread waits for a small operation, the other has work for the processor.
    with ThreadPoolExecutor(2) as threads:
        try:
            while pair:
                futures = [threads.submit(one_batch, each) for each in pair]
                # Whichever fails first is what is told.
                for future in wait(futures, return_when=FIRST_EXCEPTION).done:
                    future.result()
                results += [future.result() for future in futures]
                pair = list(itertools.islice(numbered, 2))
        except BaseException:
            # Ctrl-C had better not wait for the whole of two batches.
            stopped.set()
            raise
    log_px, *rest = (
        np.concatenate(parts, axis=-1 if n == 0 else 0) for n, parts in enumerate(zip(*results, strict=True))
    )
    bounds = {int(size): values for size, values in zip(sizes, log_px, strict=True)}
    eight_bit = getattr(getattr(vae, "likelihood", None), "eight_bit", False)
    num_dims = math.prod(vae.image_shape) if eight_bit else None
    estimate = ImportanceSampling(log_px[-1], *rest, sizes[-1], bounds, num_dims)
    _warn(estimate)
    return estimate


def decoded_at_a_time(vae):
    """How many images are best decoded at once: as many as keep each layer's output within 128 MiB, at most 20000.

    More bring no more speed, fewer leave the processor waiting between small operations. Where nothing is known of the
    decoder's layers it is 5000.

    Example:
        >>> import zoo
        >>> decoded_at_a_time(zoo.build("vae", image_shape=(28, 28, 1)))
        20000
    """
    decoder = getattr(getattr(vae, "likelihood", None), "decoder", None)
    sizes = [math.prod(shape) for shape in _output_shapes(decoder) if None not in shape]
    return max(1, min(20_000, 2**25 // max(sizes))) if sizes else 5000


def _output_shapes(network):
    """What each layer gives for one example, those of networks within the network too."""
    for layer in getattr(network, "layers", []):
        yield from (output.shape[1:] for output in keras.tree.flatten(getattr(layer, "output", [])))
        yield from _output_shapes(layer)


def _warn(estimate):
    count = int(np.sum(estimate.doubtful))
    # Of 20 samples nobody expects more than a bound.
    if count and tail_size(estimate.num_samples):
        warnings.warn(
            f"for {count} of {len(estimate.ess)} images the log p(x) may be too low: an effective sample size below "
            f"{COLLAPSED:.0f} of {estimate.num_samples}, or a Pareto k above {HEAVY}. Take more samples, or annealed "
            "importance sampling.",
            stacklevel=3,
        )


def _sum_pieces(piece, x, key, sizes, draws, progress):
    """The bounds of a batch for each S, `[number of S, B]`, and for the largest S each example's other figures."""
    totals, done, bounds, largest = None, 0, [], np.empty([0, len(x)])
    kept = tail_size(sizes[-1]) + 1
    for size in sizes:
        while done < size:
            count = min(draws, size - done)
            # A piece may be wanted in part: zeros and -infs say which of its draws count.
            offsets = np.where(np.arange(draws) < count, 0.0, -np.inf).astype("float32")
            *terms, log_weight = (np.asarray(term, "float64") for term in piece(x, key, np.int32(done), offsets))
            largest = np.concatenate([largest, log_weight])
            if len(largest) > kept:
                largest = np.partition(largest, -kept, axis=0)[-kept:]
            totals = terms if totals is None else _add(totals, terms)
            done += count
            progress(len(x) * count)
        bounds.append(totals[0] - np.log(size))
    log_sum, log_sum_squares, *sums = totals
    log_likelihood, kl, code, square = (total / done for total in sums)
    code_error = np.maximum(square - code**2, 0) / (done - 1) if done > 1 else np.full_like(code, np.nan)
    ess = np.exp(2 * log_sum - log_sum_squares)
    pareto_k, error = tail_shape_and_error(largest.T, log_sum, log_sum_squares, done)
    error = np.where(np.isnan(error), monte_carlo_error(ess, done), error)
    return np.stack(bounds), log_likelihood, kl, ess, code, code_error, pareto_k, error


def _piece(vae, draws, x, key, first, offsets):
    """log sum w, log sum w^2, the sums of log p(x|z), log q - log p, z and z^2, and log w, of the draws that count."""
    densities = vae.log_densities(x, draws, seed=fold_in(key, first))
    counts = ops.exp(offsets)[:, None]
    log_weight = densities.log_weight + offsets[:, None]
    return (
        ops.logsumexp(log_weight, axis=0),
        ops.logsumexp(2 * log_weight, axis=0),
        ops.sum(counts * densities.likelihood, axis=0),
        ops.sum(counts * (densities.posterior - densities.prior), axis=0),
        ops.sum(counts[..., None] * densities.z, axis=0),
        ops.sum(counts[..., None] * densities.z**2, axis=0),
        log_weight,
    )


def _add(totals, terms):
    logs = [np.logaddexp(total, term) for total, term in zip(totals[:2], terms[:2], strict=True)]
    return logs + [total + term for total, term in zip(totals[2:], terms[2:], strict=True)]


def active_units(code, code_error=0.0, threshold=0.01):
    """The number of active units: latent dimensions with Var_x(E_q[z_d]) > threshold.

    Args:
        code: the posterior means, `[N, D]`, or means of draws.
        code_error: the squared standard errors of such means, `[N, D]`: what they add to the variance is taken off.
        threshold: the variance above which a dimension counts.

    Returns:
        An int.

    Example:
        >>> active_units(np.array([[0.0, 1.0], [0.0, -1.0]]))
        1

    References:
        Burda et al. 2016, "Importance Weighted Autoencoders", section 5.3 and appendix C.
    """
    noise = np.mean(np.broadcast_to(code_error, np.shape(code)), axis=0)
    return int(np.sum(np.var(code, axis=0) - noise > threshold))
