"""The inference gap, log p(x) - ELBO, split into the approximation and the amortization gap."""

import functools
from typing import Literal, NamedTuple

import numpy as np

from zoo.callbacks.progress import progress_bar
from zoo.evaluation.batched import batched
from zoo.evaluation.judgement import Found, judgement
from zoo.evaluation.likelihood.ais import adapting_chains, annealed_importance_sampling
from zoo.evaluation.likelihood.doubtful import collapse_note
from zoo.evaluation.likelihood.importance import importance_sampling
from zoo.evaluation.likelihood.local_posterior import LocalPosterior
from zoo.evaluation.mean_and_error import mean_and_error
from zoo.evaluation.subset import subset
from zoo.probability import tfd

#: The steps of each HMC transition, and the draws of each step that moves a local posterior.
LEAPFROG, DRAWS = 10, 100


class InferenceGaps(NamedTuple):
    """Per-example bounds, float64 `[N]`, in nats; each is in expectation at most log p(x).

    (But for what the choice between two estimates of log p(x), by their means, adds to the first.)
    """

    sampled: np.ndarray  #: importance sampling's estimate of log p(x)
    annealed: np.ndarray | None  #: annealed importance sampling's
    sampled_doubtful: np.ndarray  #: where the first may be too low by more than any error says, bool
    annealed_collapsed: np.ndarray | None  #: where the second may be; None for a single chain, which can't say
    elbo_flow: np.ndarray  #: L[q*], q* a flow optimized for the example
    elbo_gaussian: np.ndarray  #: L[q*], q* a diagonal Gaussian optimized for the example
    elbo_best: np.ndarray  #: L[q*], q* the best of what the amortized posterior's encoder chooses from
    elbo: np.ndarray  #: L[q], q the amortized posterior

    @property
    def by_ais(self):
        """Whether annealed importance sampling's mean is the higher one by two standard errors of the difference."""
        if self.annealed is None:
            return False
        difference = mean_and_error("mean", self.annealed - self.sampled)
        return difference["mean"] > 2 * (difference["mean_se"] or 0.0)

    @property
    def log_px(self):
        """The estimate of log p(x), `[N]`: importance sampling's, or AIS's where its mean is clearly higher."""
        return self.annealed if self.by_ais else self.sampled

    @property
    def collapsed(self):
        """Where that estimate may be too low, bool `[N]`; None where it is a single chain's."""
        return self.annealed_collapsed if self.by_ais else self.sampled_doubtful

    @property
    def approximation(self):
        """log p(x) - L[q*], `[N]`: what the family can't express."""
        return self.log_px - self.elbo_best

    @property
    def amortization(self):
        """L[q*] - L[q], `[N]`: what the encoder misses of what the family could do."""
        return self.elbo_best - self.elbo

    @property
    def inference(self):
        """log p(x) - L[q], `[N]`: the sum of both."""
        return self.log_px - self.elbo

    def summary(self):
        """The mean and the standard error of each (the latter None for a single example), under its name and `NAME_se`.

        The gaps' errors are those of their own differences, example by example, and smaller than those of the bounds.

        Returns:
            A dict of `num_examples`, `log_px` and which sampler it is from (`log_px_by`), both samplers' own
            (`sampled`, `annealed`), the `collapsed` examples' count, `elbo_flow`, `elbo_gaussian`, `elbo_best`, `elbo`,
            `approximation`, `amortization` and `inference`, in nats.
        """
        result = {"num_examples": len(self.elbo), **mean_and_error("log_px", self.log_px)}
        result["log_px_by"] = "annealed importance sampling" if self.by_ais else "importance sampling"
        result |= mean_and_error("sampled", self.sampled)
        result["collapsed"] = None if self.collapsed is None else int(np.sum(self.collapsed))
        if self.annealed is not None:
            result |= mean_and_error("annealed", self.annealed)
        for name in ("elbo_flow", "elbo_gaussian", "elbo_best", "elbo", "approximation", "amortization", "inference"):
            result |= mean_and_error(name, getattr(self, name))
        return result


@judgement(examples=100, needs="has_density")
def gaps(
    run,
    model,
    examples,
    seed,
    console,
    *,
    split: Literal["test", "train"] = "test",
    samples: int = 5000,
    temperatures: int = 1000,
    chains: int = 16,
    steps: int = 2000,
):
    """log p(x) - ELBO, split into approximation and amortization gap.

    It takes minutes, or an hour for convolutions.

    Args:
        split: whose images.
        samples: importance samples of each image.
        temperatures: steps of each chain of annealed importance sampling.
        chains: for each image.
        steps: that optimize each image's own q.
    """
    batches = {"test": run.test_batches, "train": run.train_batches}[split]
    chosen = subset(getattr(run.splits, split).images, examples)
    with progress_bar(console, "gradients") as bar:
        total = gradients_per_image(model, temperatures, chains, steps) * len(chosen)
        task = bar.add_task("AIS, local posteriors", total=total, text="")
        found = inference_gaps(
            model,
            batches(chosen),
            samples,
            temperatures,
            chains,
            steps=steps,
            seed=seed,
            progress=lambda count: bar.advance(task, count),
        )
    settings = {"num_samples": samples, "num_temperatures": temperatures, "num_chains": chains, "num_steps": steps}
    more = "--temperatures or --chains" if found.by_ais else "--samples"
    figures = {"split": split} | found.summary() | settings
    return Found(figures, collapse_note(figures, more))


def inference_gaps(
    vae,
    batches,
    num_samples=5000,
    temperatures=1000,
    num_chains=16,
    couplings=4,
    learning_rate=1e-2,
    steps=2000,
    seed=0,
    progress=None,
):
    """Splits log p(x) - L[q] into approximation gap and amortization gap, for each image.

        log p(x) - L[q]  =  (log p(x) - L[q*])  +  (L[q*] - L[q])
        inference gap       approximation gap      amortization gap

    q* is the best of the posterior's own kind for each image by itself: what its encoder gives is optimized, from the
    amortized q on (`LocalPosterior`). A diagonal Gaussian and a flow, with couplings of each image's
    own, are optimized beside it, to compare. log p(x) is estimated by importance sampling and by annealed importance
    sampling; both are lower bounds, and the latter is taken, for all images, where its mean is higher by more than two
    standard errors of the difference.

    Args:
        vae: a model with `log_densities`, `prior`, `posterior` and `likelihood`.
        batches: images `[N, height, width, channels]`, or an iterable of batches of them.
        num_samples: of importance sampling, and of each bound.
        temperatures, num_chains: of annealed importance sampling; no temperatures (0) leaves it out.
        couplings: of the local flow.
        learning_rate, steps: of the optimization of each q*.
        seed: an int.
        progress: a function called with the number of gradients of log p(x, z) taken since the last call, of
            `gradients_per_image` for each image.

    Returns:
        `InferenceGaps`.

    Raises:
        InputError: there are no images, or the posterior's own kind isn't known
            (`zoo.evaluation.likelihood.local_posterior.LocalPosterior`).

    Example:
        >>> import zoo
        >>> vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2)
        >>> gaps = inference_gaps(
        ...     vae, np.zeros([3, 8, 8, 1]), num_samples=100, temperatures=10, steps=50
        ... )
        >>> summary = gaps.summary()
        >>> abs(summary["approximation"] + summary["amortization"] - summary["inference"]) < 1e-9
        True

    References:
        Cremer et al. 2018, "Inference Suboptimality in Variational Autoencoders", section 4 and table 2.
    """
    progress = progress or (lambda count: None)
    results = []
    for number, x in enumerate(batched(batches, vae)):
        own = int(np.random.SeedSequence([seed, number]).generate_state(1)[0])
        sampled, annealed = importance_sampling(vae, x, [1, num_samples], own), None
        if temperatures:
            annealed = annealed_importance_sampling(
                vae, x, temperatures, num_chains, own, LEAPFROG, progress=functools.partial(_count, progress, LEAPFROG)
            )
        bounds = []
        for kind in _kinds(vae, couplings):
            q = LocalPosterior(vae, x, kind, seed=own)
            q.optimize(learning_rate, DRAWS, steps, progress=functools.partial(_count, progress, DRAWS * len(x)))
            bounds.append(q.elbo(num_samples, own))
        results.append(
            InferenceGaps(
                sampled.log_px,
                annealed and annealed.log_px,
                sampled.doubtful,
                annealed and annealed.collapsed,
                elbo_flow=bounds[0],
                elbo_gaussian=bounds[1],
                # A Gaussian posterior's own kind is the Gaussian.
                elbo_best=bounds[-1],
                elbo=sampled.elbo,
            )
        )
    columns = zip(*results, strict=True)
    return InferenceGaps(*(None if parts[0] is None else np.concatenate(parts) for parts in columns))


def _kinds(vae, couplings):
    """What `LocalPosterior` is to make: a flow, a Gaussian, and the posterior's own kind where that is neither."""
    q = vae.infer(np.zeros([1, *vae.image_shape], "float32"))
    gaussian = isinstance(q, tfd.Independent) and isinstance(q.distribution, tfd.Normal)
    return [couplings, 0] if gaussian else [couplings, 0, None]


def gradients_per_image(vae, temperatures, num_chains, steps):
    """How many gradients of log p(x, z) `inference_gaps` takes for an image: nearly all of its time.

    Example:
        >>> import zoo
        >>> vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2)
        >>> gradients_per_image(vae, temperatures=1000, num_chains=16, steps=2000)
        600000
    """
    chains = LEAPFROG * temperatures * (num_chains + adapting_chains(num_chains))
    return chains + len(_kinds(vae, 1)) * DRAWS * steps


def _count(progress, each, count):
    progress(each * count)
