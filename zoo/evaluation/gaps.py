"""How far the ELBO is from log p(x), and whether the posterior's family or its amortization is to blame."""

import functools
from typing import NamedTuple

import numpy as np

from zoo.evaluation.ais import adapting_chains, annealed_importance_sampling
from zoo.evaluation.batched import batched
from zoo.evaluation.importance import importance_sampling
from zoo.evaluation.local_posterior import LocalPosterior
from zoo.evaluation.mean_and_error import mean_and_error

#: The steps of each HMC transition, and the draws of each step that moves a local posterior.
LEAPFROG, DRAWS = 10, 100


class InferenceGaps(NamedTuple):
    """Per-example bounds, float64 `[N]`, in nats; each is in expectation at most log p(x).

    (But for what the choice between two estimates of log p(x), by their means, adds to the first.)
    """

    log_px: np.ndarray  #: the estimate of log p(x): importance sampling's, or AIS's where its mean is clearly higher
    elbo_flow: np.ndarray  #: L[q*], q* a flow optimized for the example
    elbo_gaussian: np.ndarray  #: L[q*], q* a diagonal Gaussian optimized for the example
    elbo: np.ndarray  #: L[q], q the amortized posterior
    flow: bool  #: whether the amortized posterior is a flow: then its family's q* is the flow

    @property
    def best(self):
        """L[q*] of the kind of q* that the amortized posterior is, `[N]`.

        For a flow that is its own flow, with a base of the example's own and couplings after it.
        """
        return self.elbo_flow if self.flow else self.elbo_gaussian

    @property
    def approximation(self):
        """log p(x) - L[q*], `[N]`: what the family can't express."""
        return self.log_px - self.best

    @property
    def amortization(self):
        """L[q*] - L[q], `[N]`: what the encoder misses of what the family could do."""
        return self.best - self.elbo

    @property
    def inference(self):
        """log p(x) - L[q], `[N]`: the sum of both."""
        return self.log_px - self.elbo

    def summary(self):
        """The mean and the standard error of each (the latter None for a single example), under its name and `NAME_se`.

        The gaps' errors are those of their own differences, example by example, and smaller than those of the bounds.
        """
        names = ("log_px", "elbo_flow", "elbo_gaussian", "elbo", "approximation", "amortization", "inference")
        result = {"num_examples": len(self.elbo)}
        for name in names:
            result |= mean_and_error(name, getattr(self, name))
        return result


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

    q* is optimized for each image by itself, from the amortized q on: a diagonal Gaussian and a flow
    (`zoo.evaluation.local_posterior`). log p(x) is estimated by importance sampling and by annealed importance
    sampling; both are lower bounds, and the latter is taken, for all images, where its mean is higher by more than two
    standard errors of the difference.

    Args:
        vae: a model with `log_densities`, `prior`, `posterior` and `likelihood`.
        batches: images `[N, height, width, channels]`, or an iterable of batches of them.
        num_samples: of importance sampling.
        temperatures, num_chains: of annealed importance sampling; no temperatures (0) leaves it out.
        couplings: of the local flow.
        learning_rate, steps: of the optimization of each q*.
        seed: an int.
        progress: a function called with the number of gradients of log p(x, z) taken since the last call, of
            `gradients_per_image` for each image.

    Returns:
        `InferenceGaps`.

    Raises:
        InputError: there are no images.

    Example:
        >>> import zoo
        >>> vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2)
        >>> gaps = inference_gaps(
        ...     vae, np.zeros([3, 8, 8, 1]), num_samples=100, temperatures=10, steps=50
        ... )
        >>> sorted(gaps.summary())[:3]
        ['amortization', 'amortization_se', 'approximation']

    References:
        Cremer et al. 2018, "Inference Suboptimality in Variational Autoencoders", section 4 and table 2.
    """
    progress = progress or (lambda count: None)
    results = []
    for number, x in enumerate(batched(batches, vae)):
        own = int(np.random.SeedSequence([seed, number]).generate_state(1)[0])
        sampled = importance_sampling(vae, x, [1, num_samples], own)
        annealed = sampled
        if temperatures:
            annealed = annealed_importance_sampling(
                vae, x, temperatures, num_chains, own, LEAPFROG, progress=functools.partial(_count, progress, LEAPFROG)
            )
        qs = [LocalPosterior(vae, x, count, seed=own) for count in (couplings, 0)]
        for q in qs:
            q.optimize(learning_rate, DRAWS, steps, progress=functools.partial(_count, progress, DRAWS * len(x)))
        bounds = [q.elbo(num_samples, own) for q in qs]
        results.append((sampled.log_px, annealed.log_px, *bounds, sampled.elbo))
    sampled, annealed, *bounds = (np.concatenate(parts) for parts in zip(*results, strict=True))
    return InferenceGaps(_higher(annealed, sampled), *bounds, flow=hasattr(vae.posterior(x[:1]), "bijector"))


def gradients_per_image(temperatures, num_chains, steps):
    """How many gradients of log p(x, z) `inference_gaps` takes for an image: nearly all of its time.

    Example:
        >>> gradients_per_image(temperatures=1000, num_chains=16, steps=2000)
        600000
    """
    return LEAPFROG * temperatures * (num_chains + adapting_chains(num_chains)) + 2 * DRAWS * steps


def _count(progress, each, count):
    progress(each * count)


def _higher(annealed, sampled):
    """The first where its mean is the higher one by more than noise, two standard errors of the difference."""
    difference = mean_and_error("mean", annealed - sampled)
    return annealed if difference["mean"] > 2 * (difference["mean_se"] or 0.0) else sampled
