"""log p(x) by annealed importance sampling, and from both sides on data that the model made itself."""

from typing import NamedTuple

import numpy as np
from keras import ops

from zoo.abilities import require, require_support
from zoo.callbacks.progress import progress_bar
from zoo.errors import InputError
from zoo.evaluation.batched import batch_key, batched
from zoo.evaluation.judgement import Found, judgement
from zoo.evaluation.likelihood.doubtful import collapse_note
from zoo.evaluation.likelihood.effective_size import collapsed, effective_size, monte_carlo_error
from zoo.evaluation.likelihood.importance import importance_sampling
from zoo.evaluation.mean_and_error import error_of_mean, mean_and_error
from zoo.evaluation.subset import subset
from zoo.numerics.compilation import compiled
from zoo.numerics.counts import check_count, check_positive
from zoo.random import draw, fold_in, hmc_step, split
from zoo.random.hmc import ACCEPTANCE, GAIN
from zoo.support import Support

COLLAPSED = 2.0  # an effective sample size below which one chain stands for all
_START = 0  # the number of a chain's first draw; its moves are numbered from 1


class AIS(NamedTuple):
    """Per-example results, float64 `[N]`, in nats where they are log densities."""

    log_px: np.ndarray  #: log 1/K sum_k w_k: in expectation at most log p(x)
    upper: np.ndarray | None  #: -log 1/K sum_k 1/w_k of the reversed chains: in expectation at least log p(x)
    ess: np.ndarray  #: (sum_k w_k)^2 / sum_k w_k^2, from 1 to K
    acceptance: np.ndarray  #: the share of accepted proposals
    num_chains: int  #: K
    num_temperatures: int  #: T

    @property
    def collapsed(self):
        """Whether one chain has nearly all of an example's weight, so that log p(x) may be too low, bool `[N]`.

        That is an effective sample size below 2, of 8 chains or more; of fewer, in proportion
        (`zoo.evaluation.likelihood.effective_size.collapsed`). A single chain can't say: None.
        """
        return collapsed(self.ess, self.num_chains, COLLAPSED, 4 * COLLAPSED)

    def summary(self):
        """Means over the examples, and the standard errors of the means (None for a single example).

        `monte_carlo_se` is how much `log_px` would move for another seed
        (`zoo.evaluation.likelihood.effective_size.monte_carlo_error`).

        Returns:
            A dict of `log_px`, `monte_carlo_se`, `ess`, `collapsed` (how many; None for a single chain), `acceptance`,
            `num_chains`, `num_temperatures` and `num_examples`; and, where there are reversed chains, `upper` and
            `width`, the mean distance of the two bounds. Means have their standard errors under their names and `_se`.
        """
        result = mean_and_error("log_px", self.log_px)
        if self.upper is not None:
            result |= mean_and_error("upper", self.upper) | mean_and_error("width", self.upper - self.log_px)
        return result | {
            "monte_carlo_se": error_of_mean(monte_carlo_error(self.ess, self.num_chains)),
            **mean_and_error("ess", self.ess),
            "collapsed": None if self.collapsed is None else int(np.sum(self.collapsed)),
            **mean_and_error("acceptance", self.acceptance),
            "num_chains": self.num_chains,
            "num_temperatures": self.num_temperatures,
            "num_examples": len(self.log_px),
        }


@judgement(examples=100, needs="has_likelihood")
def ais(run, model, examples, seed, console, *, samples: int = 1000, temperatures: int = 1000, chains: int = 16):
    """log p(x) by annealed importance sampling, and between bounds from both sides on simulated images.

    It asks for the prior and the likelihood alone. Where there is a posterior with a density, `gain` is how far it is
    above importance sampling of the same images. It takes minutes, or an hour for convolutions.

    Args:
        samples: importance samples of each image, to compare.
        temperatures: steps of each chain.
        chains: for each image.
    """
    chosen = subset(run.splits.test.images, examples)
    steps = temperatures * (chains + adapting_chains(chains))
    with progress_bar(console, "chain steps") as bar:
        task = bar.add_task("test images", total=steps * len(chosen), text="")
        found = annealed_importance_sampling(
            model, run.test_batches(chosen), temperatures, chains, seed, progress=lambda count: bar.advance(task, count)
        )
        task = bar.add_task("simulated images", total=(steps + temperatures * chains) * examples, text="")
        simulated = bidirectional_monte_carlo(
            model, examples, temperatures, chains, seed, progress=lambda count: bar.advance(task, count)
        )
    beside = {}
    if model.abilities.has_density:
        sampled = importance_sampling(model, run.test_batches(chosen), samples, seed).log_px
        beside = mean_and_error("sampled", sampled) | mean_and_error("gain", found.log_px - sampled)
        beside["num_samples"] = samples
    both_sides = {f"simulated_{name}": value for name, value in simulated.summary().items()}
    figures = found.summary() | beside | both_sides
    return Found(figures, collapse_note(figures, "--temperatures or --chains"))


def annealed_importance_sampling(
    vae, batches, temperatures=1000, num_chains=16, seed=0, leapfrog_steps=10, step_size=0.1, progress=None
):
    """Estimates log p(x) for each image by chains that lead from the prior to the posterior.

        f_t(z) = p(z) p(x|z)^b_t,   0 = b_0 < ... < b_T = 1
        z_0 ~ p(z),   z_t ~ HMC that leaves f_t as it is,   log w = sum_t (b_t - b_(t-1)) log p(x|z_(t-1))

    E[w] = p(x), so the log of the mean of K weights is in expectation at most log p(x). The step sizes are adapted to
    an acceptance of 0.65, one for each image and temperature, by chains of their own that don't count: those that do
    have fixed ones, and the bound stays a bound.

    Args:
        vae: a model with `prior` and `likelihood`.
        batches: images `[N, height, width, channels]`, or an iterable of batches of them.
        temperatures: the b_t, from 0 to 1; or T, for as many on the sigmoid of `sigmoid_temperatures`.
        num_chains: K.
        seed: an int.
        leapfrog_steps: of each HMC transition.
        step_size: what the adaptation starts at.
        progress: a function called with the number of chain steps done since the last call.

    Returns:
        `AIS`, without `upper`.

    Raises:
        InputError: temperatures that don't rise from 0 to 1, a count that isn't positive, or no images.

    Example:
        >>> import zoo
        >>> vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2)
        >>> result = annealed_importance_sampling(vae, np.zeros([3, 8, 8, 1]), temperatures=10, num_chains=4)
        >>> result.log_px.shape
        (3,)

    References:
        Neal 2001, "Annealed Importance Sampling"; Wu et al. 2017, "On the Quantitative Analysis of Decoder-Based
        Generative Models", section 3.
    """
    chains = _Chains(vae, temperatures, num_chains, leapfrog_steps, step_size, progress)
    results = []
    for number, x in enumerate(batched(batches, vae)):
        x = ops.convert_to_tensor(x, "float32")
        adapting, up = split(batch_key(seed, number))
        sizes = chains.step_sizes(x, adapting)
        log_weight, acceptance = chains.forward(x, sizes, up)
        results.append((_log_mean(log_weight), effective_size(log_weight), acceptance))
    log_px, ess, acceptance = (np.concatenate(parts) for parts in zip(*results, strict=True))
    return AIS(log_px, None, ess, acceptance, num_chains, chains.count)


def bidirectional_monte_carlo(
    vae, num_examples=100, temperatures=1000, num_chains=16, seed=0, leapfrog_steps=10, step_size=0.1, progress=None
):
    """Pins log p(x) between two bounds, for images that the model draws itself.

    The z that an image was drawn from is an exact draw from its posterior. Chains that start there and go the way of
    `annealed_importance_sampling` backwards have weights with E[1/w] = 1/p(x), and -log of the mean of 1/w is in
    expectation at least log p(x). What lies between the two says how far the annealing can be trusted on this model.

    Args:
        vae: a model with `prior` and `likelihood`.
        num_examples: how many images are drawn, N.
        temperatures, num_chains, seed, leapfrog_steps, step_size, progress: as for `annealed_importance_sampling`.

    Returns:
        `AIS`, with `upper`.

    Raises:
        InputError: as for `annealed_importance_sampling`.

    Example:
        >>> import zoo
        >>> vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2)
        >>> result = bidirectional_monte_carlo(vae, num_examples=3, temperatures=10, num_chains=4)
        >>> sorted(result.summary())[-2:]
        ['width', 'width_se']

    References:
        Grosse et al. 2015, "Sandwiching the Marginal Likelihood Using Bidirectional Monte Carlo", section 4.
    """
    check_count("num_examples", num_examples)
    chains = _Chains(vae, temperatures, num_chains, leapfrog_steps, step_size, progress)
    results = []
    for number, start in enumerate(range(0, num_examples, 100)):
        adapting, up, codes, pixels, down = split(batch_key(seed, number), 5)
        z = draw(vae.prior(), codes, (min(100, num_examples - start),))
        x = draw(vae.likelihood(z), pixels)
        sizes = chains.step_sizes(x, adapting)
        log_weight, acceptance = chains.forward(x, sizes, up)
        upper = -_log_mean(-chains.backward(x, z, sizes, down))
        results.append((_log_mean(log_weight), upper, effective_size(log_weight), acceptance))
    return AIS(*(np.concatenate(parts) for parts in zip(*results, strict=True)), num_chains, chains.count)


def sigmoid_temperatures(count, rate=4.0):
    """T + 1 temperatures from 0 to 1, closest at both ends: b_t = (s_t - s_0) / (s_T - s_0).

        s_t = sigmoid(rate * (2 t / T - 1))

    Args:
        count: T.
        rate: how much closer at the ends.

    Returns:
        float64 `[T + 1]`.

    Example:
        >>> sigmoid_temperatures(4).round(3).tolist()
        [0.0, 0.105, 0.5, 0.895, 1.0]

    References:
        Wu et al. 2017, section 3.2 of the supplement (delta = 4).
    """
    s = 1 / (1 + np.exp(-rate * np.linspace(-1, 1, count + 1)))
    return (s - s[0]) / (s[-1] - s[0])


def adapting_chains(num_chains):
    """How many chains find the step sizes for so many that count.

    Example:
        >>> adapting_chains(16)
        4
    """
    return max(2, num_chains // 4)


class _Chains:
    """Chains between the prior and the posterior of a model, with one compiled transition for all temperatures."""

    def __init__(self, vae, temperatures, num_chains, leapfrog_steps, step_size, progress):
        require(vae, "has_likelihood", "annealed importance sampling")
        require_support(vae, Support.REALS, "annealed importance sampling")
        check_count("num_chains", num_chains)
        check_count("leapfrog_steps", leapfrog_steps)
        check_positive("step_size", step_size)
        self.vae, self.num_chains, self.step_size = vae, num_chains, step_size
        self.leapfrog_steps, self.progress = leapfrog_steps, progress or (lambda count: None)
        self.temperatures = _check_temperatures(temperatures)
        self.count = len(self.temperatures) - 1
        self.transition = compiled(self._transition)

    def step_sizes(self, x, key):
        """The step size of each temperature and image, `[T, B]`, found by a quarter of the chains."""
        z, _ = self._start(x, key, adapting_chains(self.num_chains))
        log_size, sizes = np.full(len(x), np.log(self.step_size)), []
        for t in range(1, self.count + 1):
            sizes.append(np.exp(log_size).astype("float32"))
            z, _, accepted = self._move(x, z, t, sizes[-1], key)
            log_size += GAIN * (np.asarray(accepted) - ACCEPTANCE)
        return sizes

    def forward(self, x, sizes, key):
        """log w, `[K, B]`, of chains from the prior to the posterior, and the acceptance, `[B]`."""
        z, log_likelihood = self._start(x, key, self.num_chains)
        log_weight, accepted = 0.0, 0.0
        for t in range(1, self.count + 1):
            log_weight = log_weight + self._gain(t) * np.asarray(log_likelihood, "float64")
            z, log_likelihood, share = self._move(x, z, t, sizes[t - 1], key)
            accepted = accepted + np.asarray(share, "float64") / self.count
        return log_weight, accepted

    def backward(self, x, z, sizes, key):
        """log w, `[K, B]`, of chains from an exact draw of the posterior, z `[B, D]`, to the prior."""
        z = ops.repeat(z[None], self.num_chains, axis=0)
        log_weight = 0.0
        for t in range(self.count, 0, -1):
            z, log_likelihood, _ = self._move(x, z, t, sizes[t - 1], key)
            log_weight = log_weight + self._gain(t) * np.asarray(log_likelihood, "float64")
        return log_weight

    def _gain(self, t):
        return self.temperatures[t] - self.temperatures[t - 1]

    def _move(self, x, z, t, sizes, key):
        self.progress(z.shape[0] * z.shape[1])
        return self.transition(x, z, np.float32(self.temperatures[t]), sizes, key, np.int32(t))

    def _start(self, x, key, count):
        """Draws from the prior, `[K, B, D]`, and log p(x|z), `[K, B]`."""
        z = draw(self.vae.prior(), fold_in(key, _START), (count, len(x)))
        return z, self.vae.likelihood(z, training=False).log_prob(x)

    def _transition(self, x, z, temperature, sizes, key, number):
        """One HMC step at each chain; also log p(x|z) of where it ends, and the share of chains that moved, `[B]`."""

        def log_likelihood(z):
            return self.vae.likelihood(z, training=False).log_prob(x)

        z, share = hmc_step(
            lambda z: self.vae.prior().log_prob(z) + temperature * log_likelihood(z),
            z,
            sizes,
            self.leapfrog_steps,
            fold_in(key, number),
        )
        return z, log_likelihood(z), share


def _check_temperatures(temperatures):
    if np.ndim(temperatures) == 0:
        check_count("temperatures", temperatures)
        return sigmoid_temperatures(int(temperatures))
    values = np.asarray(temperatures, "float64")
    if len(values) < 2 or values[0] != 0 or values[-1] != 1 or not (np.diff(values) > 0).all():
        raise InputError(f"temperatures are {values}, but must rise from 0 to 1.")
    return values


def _log_mean(log_weight):
    return np.logaddexp.reduce(log_weight, axis=0) - np.log(len(log_weight))
