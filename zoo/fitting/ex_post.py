"""Ex-post density estimation: a prior fitted to where a trained model puts its codes.

Training leaves the aggregate posterior, 1/N sum_n q(z|x_n), where the prior says otherwise: images from the prior come
out of places where the decoder has seen nothing. With a density of the aggregate posterior in the prior's place they
don't, and the bound on log p(x) rises with E[log p(z)]: for the images that it is fitted to, and for others as well
where it is fitted to many more codes than it has parameters. `bound_gain` says by how much.

    better = fit_mixture_prior(vae, images)
    better.sample(n=16, seed=7)
    bound_gain(vae, better, other_images)

An autoencoder has no density of images, and with a prior it has none either. But its codes are fitted the same way,
and then it has samples: `fit_mixture_prior(autoencoder, images).sample(n=16, seed=7)`.

References:
    Ghosh et al. 2020, "From Variational to Deterministic Autoencoders", section 4.
"""

from typing import Any, NamedTuple

import keras
import numpy as np
from keras import ops

from zoo.abilities import require, require_support
from zoo.errors import InputError
from zoo.evaluation.batched import batch_key, batched
from zoo.evaluation.latents.codes import codes
from zoo.evaluation.mean_and_error import mean_and_error
from zoo.fitting.gaussian_mixture import fit_gaussian_mixture
from zoo.numerics.compilation import compiled
from zoo.numerics.counts import check_count, check_positive
from zoo.numerics.stable import inverse_softplus
from zoo.priors.flow import Flow
from zoo.priors.full_mixture import FullMixture
from zoo.priors.standard_normal import StandardNormal
from zoo.random import draw_and_log_prob, fold_in, stream
from zoo.random.keys import low_bits
from zoo.support import Support

#: How many codes are drawn of all images, and at most of each. Of few images one of each would be overfitted.
CODES, MOST = 50_000, 10
#: Codes of so many numbers are enough: all 50,000 of 100 dimensions.
NUMBERS = 5_000_000
#: How many Gaussians are tried.
COMPONENTS = (1, 3, 10, 30, 100, 200)


def has_plain_prior(model):
    """Whether a model is a VAE whose prior is N(0, I), as training leaves it: another can be fitted in its place.

    Example:
        >>> import zoo
        >>> [has_plain_prior(zoo.build(name, image_shape=(8, 8, 1))) for name in ("vae", "mixture_vae", "autoencoder")]
        [True, False, False]
    """
    return model.abilities.has_density and type(model.prior) is StandardNormal


def fit_mixture_prior(vae, batches, components=10, num_samples=1, seed=0, progress=None):
    """The model with a Gaussian mixture, fitted to its aggregate posterior, for its prior.

    Args:
        vae: a trained VAE, or an autoencoder, whose codes it is then fitted to; it stays as it is.
        batches: images `[N, height, width, channels]`, or an iterable of batches of them.
        components: how many Gaussians, of full covariances.
        num_samples: how many codes are drawn for each image.
        seed: an int.
        progress: a function called with the number of images done since the last call.

    Returns:
        A new model of the same networks: it shares their weights.

    Raises:
        InputError: there are too few images, or the fit broke down.

    Example:
        >>> import zoo
        >>> vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2)
        >>> better = fit_mixture_prior(vae, np.zeros([50, 8, 8, 1]), components=2)
        >>> tuple(better.sample(n=3, seed=7).shape)
        (3, 8, 8, 1)
    """
    z = posterior_draws(vae, batches, num_samples, seed, progress)
    return with_prior(vae, fit_mixture(z, components, seed))


def enough_draws(images):
    """How many codes of each of so many images a prior is best fitted to: for 50,000 codes in all, 1 to 10.

    Example:
        >>> enough_draws(60_000), enough_draws(10_000), enough_draws(20)
        (1, 5, 10)
    """
    return min(MOST, max(1, CODES // images))


class FittedPrior(NamedTuple):
    """The outcome of `best_mixture_prior`."""

    vae: Any  #: the VAE with the mixture; None where no mixture wins by more than twice its error
    components: int  #: of the mixture with the largest gain
    gain: float  #: what the bound on validation images gains, in nats
    gain_se: float  #: its standard error


def best_mixture_prior(vae, batches, validation, components=COMPONENTS, num_samples=1, seed=0):
    """The VAE with a mixture of as many Gaussians for its prior as validation images pay for.

    One mixture after another is fitted to the codes, of more and more components, until the bound on the validation
    images gains no more.

    Args:
        vae: a trained VAE; it stays as it is.
        batches: training images `[N, height, width, channels]`, or an iterable of batches of them.
        validation: a list of batches of others, two images at least.
        components: what is tried, rising; those for which there are too few codes are left out.
        num_samples: how many codes are drawn for each image; `enough_draws` says how many are worth it.
        seed: an int.

    Returns:
        A `FittedPrior`.

    Raises:
        InputError: there are too few images, or the model has no posterior that a prior could be fitted to.

    Example:
        >>> import zoo
        >>> vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2)
        >>> x = np.random.default_rng(0).random([60, 8, 8, 1]).round()
        >>> best_mixture_prior(vae, x[:50], [x[50:]], components=(1, 2)).components in (1, 2)
        True
    """
    z = posterior_draws(vae, batches, num_samples, seed)
    z = z.reshape(-1, z.shape[-1])
    z = z[:: -(-z.size // NUMBERS)]
    # A covariance of D dimensions takes more than D codes.
    count = len(z)
    found = None
    for number in [k for k in components if k == min(components) or count >= 4 * k * z.shape[-1]]:
        better = with_prior(vae, fit_mixture(z, number, seed))
        gain = FittedPrior(better, number, **bound_gain(vae, better, validation, seed=seed))
        if found is not None and gain.gain <= found.gain:
            break
        found = gain
    wins = found.gain_se is not None and found.gain > 2 * found.gain_se
    return found if wins else found._replace(vae=None)


def fit_flow_prior(vae, batches, num_samples=1, seed=0, progress=None, **kwargs):
    """The model with a flow, fitted to its aggregate posterior, for its prior.

    Args:
        vae, batches, num_samples, seed, progress: as for `fit_mixture_prior`.
        **kwargs: for `fit_flow`.

    Returns:
        A new model of the same networks: it shares their weights.

    Raises:
        InputError: there are too few images.
    """
    z = posterior_draws(vae, batches, num_samples, seed, progress)
    return with_prior(vae, fit_flow(z, seed=seed, **kwargs))


def posterior_draws(vae, batches, num_samples=1, seed=0, progress=None):
    """Draws from the aggregate posterior: z ~ q(z|x), S of them for each image, from the counter-based generator.

    An autoencoder has one code of each image, and that is given.

    Args:
        vae, batches, num_samples, seed, progress: as for `fit_mixture_prior`.

    Returns:
        float32 `[N, S, D]`; `[N, 1, D]` of an autoencoder.

    Raises:
        InputError: there are no images, or no other prior can be had in the place of the model's own.

    Example:
        >>> import zoo
        >>> posterior_draws(zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2), np.zeros([4, 8, 8, 1]), 3).shape
        (4, 3, 2)
    """
    _check_prior(vae)
    check_count("num_samples", num_samples)
    if not vae.abilities.has_posterior:
        return codes(vae, batches, progress)[:, None]
    require_support(vae, Support.REALS, "a fitted prior")
    draws = compiled(lambda x, key: draw_and_log_prob(vae.infer(x), key, (num_samples,))[0])
    # Not the evaluators' stream: with one seed for both, a prior would be judged by the very codes it was fitted to.
    numbered, found = stream(seed, "aggregate posterior"), []
    for number, x in enumerate(batched(batches, vae, size=500)):
        z = draws(ops.convert_to_tensor(x), fold_in(numbered, number))
        # [S, B, D] -> [B, S, D]
        found.append(np.asarray(z).swapaxes(0, 1))
        if progress is not None:
            progress(len(x))
    return np.concatenate(found)


def bound_gain(vae, better, batches, num_samples=10, seed=0):
    """The bound's gain from another prior: E_q(z|x)[log p'(z) - log p(z)], in nats.

    Args:
        vae: a VAE.
        better: the same with another prior, p'.
        batches: images `[N, height, width, channels]`, or an iterable of batches of them; that p' wasn't fitted to.
        num_samples: draws of z for each image.
        seed: an int.

    Returns:
        A dict of `gain` and `gain_se`, the mean and its standard error (None for a single image).

    Raises:
        InputError: there are no images, or the model is an autoencoder.

    Example:
        >>> import zoo
        >>> vae = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2)
        >>> bound_gain(vae, vae, np.zeros([4, 8, 8, 1]))
        {'gain': 0.0, 'gain_se': 0.0}
    """
    require(vae, "has_density", "the gain of a prior")
    check_count("num_samples", num_samples)

    def gains(x, key):
        densities = vae.log_densities(x, num_samples, seed=key)
        return ops.mean(better.prior().log_prob(densities.z) - densities.prior, axis=0)

    of_batch = compiled(gains)
    found = [of_batch(ops.convert_to_tensor(x), batch_key(seed, n)) for n, x in enumerate(batched(batches, vae))]
    return mean_and_error("gain", np.concatenate([np.asarray(part, "float64") for part in found]))


def with_prior(vae, prior):
    """A new model of the same networks, with another prior; they share their weights.

    Raises:
        InputError: the prior is of another size, or the posterior is made of the one that there is.
    """
    _check_prior(vae)
    return vae.replace(prior=prior)


def _check_prior(vae):
    """Raises `InputError` where no other prior can be had, as of a posterior that is made of the prior."""
    if vae.abilities.has_posterior and not vae.abilities.takes_prior:
        raise InputError(
            f"{vae.name} has a posterior that is made of its prior's own features, level by level: no other prior can "
            "be fitted in that one's place. A `vae` or an `iwae_2` has a posterior of its own."
        )
    require(vae, "takes_prior", "a fitted prior")


def fit_mixture(z, components=10, seed=0):
    """A Gaussian mixture with full covariances, fitted to codes by expectation maximization.

    Args:
        z: codes `[N, D]`, or several of each image, `[N, S, D]`.
        components: how many Gaussians, K.
        seed: an int.

    Returns:
        A `FullMixture`.

    Raises:
        InputError: there are fewer codes than components.

    Example:
        >>> z = np.random.default_rng(0).normal(size=(1000, 2))
        >>> fit_mixture(z, components=2)().event_shape[0]
        2
    """
    check_count("components", components)
    z = _check(z)
    z = z.reshape(-1, z.shape[-1])
    if len(z) < max(2, components):
        raise InputError(f"components is {components}, but there are {len(z)} codes: give fewer, or more codes.")
    prior = FullMixture(z.shape[1], components)
    prior.assign(*fit_gaussian_mixture(z, components, seed))
    return prior


def fit_flow(
    z, steps=8, units=(64, 64), epochs=100, batch_size=256, learning_rate=1e-3, patience=10, seed=0, progress=None
):
    """A flow, fitted to codes by maximum likelihood: E[log p(z)] rises, until that of a held-out tenth doesn't.

    Args:
        z: codes `[N, D]`, or several of each image, `[N, S, D]`: then the tenth is one of the images.
        steps, units: of the `Flow`.
        epochs, batch_size, learning_rate: of Adam's; the rate falls to zero over the epochs, along half a cosine.
        patience: after how many epochs without a better held-out mean it ends; the best weights are kept.
        seed: an int; Keras's and NumPy's global generators are set to its low 32 bits.
        progress: a function called with 1 after each epoch.

    Returns:
        A `Flow`.

    Raises:
        InputError: there are codes of fewer than ten images.

    Example:
        >>> z = np.random.default_rng(0).normal(size=(1000, 2))
        >>> fit_flow(z, steps=2, epochs=1)().event_shape[0]
        2
    """
    for name, value in (("steps", steps), ("epochs", epochs), ("batch_size", batch_size), ("patience", patience)):
        check_count(name, value)
    check_positive("learning_rate", learning_rate)
    z = _check(z)
    if len(z) < 10:
        raise InputError(f"z has {len(z)} codes, but a tenth of them is held out: give ten at least.")
    keras.utils.set_random_seed(low_bits(seed))
    z = np.random.default_rng(seed).permutation(z).astype("float32")
    train, held_out = (part.reshape(-1, z.shape[-1]) for part in np.split(z, [len(z) * 9 // 10]))
    prior = Flow(z.shape[-1], steps, units)
    prior.build()
    # The last step begins at the codes' place and scale, and the others with the rest.
    prior.loc.assign(train.mean(axis=0))
    scale = np.maximum(train.std(axis=0), 1e-3)
    prior.raw_scale.assign(inverse_softplus(scale))
    model = _MaximumLikelihood(prior)
    decay = keras.optimizers.schedules.CosineDecay(learning_rate, epochs * -(-len(train) // batch_size))
    # A code far from the others can have a gradient larger than all of theirs.
    model.compile(keras.optimizers.Adam(decay, global_clipnorm=1.0))
    callbacks = [keras.callbacks.EarlyStopping(patience=patience, restore_best_weights=True)]
    if progress is not None:
        callbacks.append(keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: progress(1)))
    # As a tuple, or Keras takes the array apart along its first axis.
    model.fit(train, epochs=epochs, batch_size=batch_size, validation_data=(held_out,), callbacks=callbacks, verbose=0)
    return prior


class _MaximumLikelihood(keras.Model):
    """Trains a prior by what it is given: the loss is -E[log p(z)], in nats."""

    def __init__(self, prior):
        super().__init__(name="maximum_likelihood")
        self.prior = prior

    def call(self, z):
        return self.prior().log_prob(z)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        return -ops.mean(y_pred)


def _check(z):
    z = np.asarray(z, "float64")
    if z.ndim not in (2, 3) or not np.isfinite(z).all():
        raise InputError(f"z is {z.shape}, but must be finite codes, [N, D] or [N, S, D].")
    return z
