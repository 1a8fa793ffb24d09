"""The ELBO taken apart: what the reconstructions, the code's information and the prior's misfit have in it."""

from typing import NamedTuple

import numpy as np
from keras import ops

from zoo.abilities import require
from zoo.callbacks.progress import progress_bar
from zoo.errors import InputError
from zoo.evaluation.batched import batch_key, batched
from zoo.evaluation.judgement import Found, judgement
from zoo.evaluation.mean_and_error import mean_and_error
from zoo.evaluation.subset import subset
from zoo.numerics.compilation import compiled
from zoo.numerics.counts import check_count


class ElboSurgery(NamedTuple):
    """Per-example terms, float64 `[N]`, in nats; their means over the examples are the quantities named."""

    log_likelihood: np.ndarray  #: E_q[log p(x|z)]
    mutual_information: np.ndarray  #: E_q[log q(z|x) - log q(z)]: its mean is I(n; z), at most log N
    marginal_kl: np.ndarray  #: E_q[log q(z) - log p(z)]: its mean is KL(q(z) || p(z))
    kl_per_dimension: np.ndarray | None  #: KL(q(z_d|x) || p(z_d)), `[N, D]`; None where there is no closed form

    @property
    def rate(self):
        """E_q[log q(z|x) - log p(z)], `[N]`: the nats that a code of x takes."""
        return self.mutual_information + self.marginal_kl

    @property
    def distortion(self):
        """-E_q[log p(x|z)], `[N]`: the nats that x then takes still."""
        return -self.log_likelihood

    @property
    def elbo(self):
        """-(rate + distortion), `[N]`."""
        return self.log_likelihood - self.rate

    def summary(self):
        """The mean and the standard error of each (the latter None for a single example), under its name and `NAME_se`.

        Returns:
            A dict of these, with `num_examples` and `log_num_examples`, which the mutual information can't exceed; what
            belongs to `kl_per_dimension` are lists.
        """
        result, count = {}, len(self.log_likelihood)
        for name in ("elbo", "log_likelihood", "mutual_information", "marginal_kl", "rate", "distortion"):
            result |= mean_and_error(name, getattr(self, name))
        if self.kl_per_dimension is not None:
            result |= mean_and_error("kl_per_dimension", self.kl_per_dimension)
        return result | {"num_examples": count, "log_num_examples": float(np.log(count))}


@judgement(examples=1000, needs="has_density")
def terms(run, model, examples, seed, console):
    """The ELBO taken apart: reconstruction, mutual information, marginal KL, rate and distortion."""
    chosen = subset(run.splits.test.images, examples)
    with progress_bar(console, "images") as bar:
        task = bar.add_task("aggregate posterior", total=len(chosen), text="")
        found = elbo_surgery(
            model, list(run.test_batches(chosen)), seed=seed, progress=lambda count: bar.advance(task, count)
        ).summary()
    if found["mutual_information"] <= found["log_num_examples"] - 1:
        return Found(found)
    limited = (
        "mutual_information is near log_num_examples, which it can't exceed: what it lacks is in marginal_kl. Take "
        "more --examples."
    )
    return Found(found, (limited,))


def elbo_surgery(vae, batches, num_samples=1, seed=0, progress=None):
    """The three terms of the mean ELBO over N examples, with their aggregate posterior q(z) = 1/N sum_n q(z|x_n).

        1/N sum_n ELBO(x_n) = 1/N sum_n E_q[log p(x_n|z)]  -  I(n; z)  -  KL(q(z) || p(z))

    I(n; z) = E[log q(z|x_n) - log q(z)] is what a code says of which example it is of. It can't exceed log N, and is
    about that where the examples' posteriors hardly overlap; give more examples then. Each draw is held against the
    posterior of every example: N^2 densities (for an IAF each takes D passes).

    Args:
        vae: a model with `log_densities`, `prior` and `posterior`.
        batches: images `[N, height, width, channels]`, or a list of batches of them.
        num_samples: draws of z for each example.
        seed: an int.
        progress: a function called with the number of examples done since the last call.

    Returns:
        `ElboSurgery`.

    Raises:
        InputError: there are no images.

    Example:
        >>> import zoo
        >>> vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2)
        >>> terms = elbo_surgery(vae, np.random.default_rng(0).random([4, 8, 8, 1]))
        >>> bool(np.allclose(terms.elbo, terms.log_likelihood - terms.mutual_information - terms.marginal_kl))
        True

    References:
        Hoffman and Johnson 2016, "ELBO surgery: yet another way to carve up the variational evidence lower bound",
        section 2; Alemi et al. 2018, "Fixing a Broken ELBO", section 2, for rate and distortion.
    """
    require(vae, "has_density", "the ELBO taken apart")
    check_count("num_samples", num_samples)
    batches = [ops.convert_to_tensor(x) for x in batched(batches, vae)]
    if not hasattr(vae.infer(batches[0][:1]), "log_prob"):
        raise InputError(
            f"{vae.name} has a {type(vae.posterior).__name__} posterior, which draws and weighs z but is no density of "
            "it: there is no aggregate to hold its draws against."
        )
    own = compiled(lambda x, key: vae.log_densities(x, num_samples, seed=key).tensors())
    cross = compiled(lambda x, z: _log_sum(vae, x, z))
    drawn = [own(x, batch_key(seed, number)) for number, x in enumerate(batches)]
    count = sum(len(x) for x in batches)
    log_aggregate = []
    for x, densities in zip(batches, drawn, strict=True):
        # log q(z) of this batch's draws, `[S, B]`: every example has its say.
        sums = [np.asarray(cross(other, densities.z), "float64") for other in batches]
        log_aggregate.append(np.logaddexp.reduce(sums, axis=0) - np.log(count))
        if progress is not None:
            progress(len(x))
    likelihood, prior, posterior = (
        np.concatenate([np.asarray(getattr(d, name), "float64") for d in drawn], axis=1)
        for name in ("likelihood", "prior", "posterior")
    )
    aggregate = np.concatenate(log_aggregate, axis=1)
    per_dimension = [d.kl_per_dimension for d in drawn]
    return ElboSurgery(
        likelihood.mean(axis=0),
        (posterior - aggregate).mean(axis=0),
        (aggregate - prior).mean(axis=0),
        None if per_dimension[0] is None else np.concatenate(per_dimension).astype("float64"),
    )


def _log_sum(vae, x, z):
    """log sum_n q(z|x_n) over a batch of x for each z, `[S, B, D]` to `[S, B]`."""
    # [S, B, D] -> [S * B, 1, D], against each of the batch's posteriors.
    flat = ops.reshape(z, (-1, 1, z.shape[-1]))
    flat = ops.broadcast_to(flat, (ops.shape(flat)[0], ops.shape(x)[0], z.shape[-1]))
    return ops.reshape(ops.logsumexp(vae.infer(x).log_prob(flat), axis=1), ops.shape(z)[:-1])
