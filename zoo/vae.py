"""The variational autoencoder: a prior, a posterior, a likelihood and an objective."""

import inspect
import math
from typing import Any, ClassVar, NamedTuple

import keras
from keras import ops

from zoo.abilities import require, require_same_codes
from zoo.data.labels import PLAIN, check_labels
from zoo.errors import InputError
from zoo.functional import functional
from zoo.generator import Generator, codes_key, pixels_key
from zoo.numerics.compilation import fusing
from zoo.numerics.counts import check_count
from zoo.numerics.divergence import kl_per_dimension
from zoo.numerics.mean_terms import MeanTerms
from zoo.numerics.path import path
from zoo.numerics.stable import log_mean_exp, shares
from zoo.objectives.elbo import elbo
from zoo.observed import filled, image_of
from zoo.part import build_once
from zoo.random import center, draw, draw_and_log_prob, fresh_key, sides, strata, stream
from zoo.random.resampling import systematic
from zoo.signature import LABELS, SEED, TOLERANCE, Signature


class LogDensities(NamedTuple):
    """The log densities of S draws of z for each of B examples, in nats: all that objectives and evaluators ask for.

    A draw is properly weighted: E[exp(likelihood + prior - posterior)] = p(x).
    """

    likelihood: Any  #: log p(x|z), `[S, B]`
    prior: Any  #: log p(z), `[S, B]`
    posterior: Any  #: log q(z|x), `[S, B]`
    z: Any  #: the draws, `[S, B, D]`
    kl_per_dimension: Any = None  #: KL(q(z_d|x) || p(z_d)) in closed form, `[B, D]`; None where there is none
    kl_weight: Any = 1.0  #: the KL term's weight, which `WarmUp` sets in training; 1 otherwise
    key: Any = None  #: int32 `[2]`, what was drawn with; an objective that draws too has a `stream` of it
    weights: Any = 1.0  #: those of the posterior's K components, `[K, B]` or `[K, 1]`, where all are `[S, K, B]`
    q: Any = None  #: q(z|x), what was drawn from; None where it is summed over

    @property
    def log_weight(self):
        """log p(x, z) - log q(z|x), `[S, B]`: its log-mean-exp estimates log p(x)."""
        return self.likelihood + self.prior - self.posterior

    @property
    def annealed_log_weight(self):
        """`log_weight` with the KL term's weight on log p(z) - log q(z|x): what a `WarmUp` callback makes of it."""
        return self.likelihood + self.kl_weight * (self.prior - self.posterior)

    @property
    def annealed_log_joint(self):
        """log p(x|z) + log p(z), `[S, B]`, with the KL term's weight on the latter."""
        return self.likelihood + self.kl_weight * self.prior

    @property
    def log_likelihood(self):
        """The reconstruction term, 1/S sum_s log p(x|z_s), `[B]`."""
        return ops.mean(self.likelihood, axis=0)

    @property
    def kl(self):
        """KL(q(z|x) || p(z)), `[B]`: in closed form where there is one, else 1/S sum_s log q(z_s|x) - log p(z_s)."""
        if self.kl_per_dimension is not None:
            return ops.sum(self.kl_per_dimension, axis=-1)
        return ops.mean(self.posterior - self.prior, axis=0)

    def tensors(self):
        """Tensors alone, which is all that a compiled function or a branch can give: without q, the weights too."""
        weights = {name: ops.convert_to_tensor(getattr(self, name), "float32") for name in ("kl_weight", "weights")}
        return self._replace(q=None, **weights)

    def posterior_through_z(self):
        """log q(z|x), `[S, B]`, with the gradient that it has through z alone: q's own parameters are constants.

        Raises:
            InputError: q(z|x) has no density.
        """
        return path(self._density(), self.z, self.posterior)

    def posterior_at_z(self):
        """log q(z|x), `[S, B]`, with the gradient of q's parameters alone: z is a constant.

        Raises:
            InputError: q(z|x) has no density.
        """
        return self._density()(ops.stop_gradient(self.z))

    def _density(self):
        if not hasattr(self.q, "log_prob"):
            raise InputError(
                f"posterior gives a {type(self.q).__name__}, which has no density at a given z, and the objective "
                "takes its gradient: give one that does without, iwae say, or a posterior with a density, as Gaussian "
                "and IAF are."
            )
        return self.q.log_prob


class VAE(Generator):
    """p(x, z) = p(z) p(x|z), with q(z|x) to guess z, trained by whichever bound is given.

    It is a Keras model: `compile(optimizer)`, then `fit(x)`, where x is an array or a dataset of images; there are no
    targets. Each epoch reports, in nats per example, `loss` (the objective's opposite), `elbo`, `log_likelihood` and
    `kl`, and `bits_per_dim` for 8-bit likelihoods. Called on images it gives their reconstructions.

    Args:
        prior: a layer whose call without arguments gives p(z).
        posterior: a layer whose call on x, `[B, ...]`, gives q(z|x).
        likelihood: a layer whose call on z, `[..., D]`, gives p(x|z).
        objective: a function of the model, a batch and `training`, which gives what is to be maximized, `[B]`, and the
            `LogDensities` that it was made of; `functools.partial` sets its further arguments.

    Raises:
        InputError: the prior and the posterior are of different sizes or supports or have different labels or classes,
            the posterior is implicit, the objective takes no `training`, it and the posterior differ in
            `reparameterized`, or the posterior trains the weights of components that the objective doesn't sum over.

    Example:
        >>> import numpy as np
        >>> from zoo.likelihoods.bernoulli import Bernoulli
        >>> from zoo.networks.mlp import mlp_decoder, mlp_encoder
        >>> from zoo.posteriors.gaussian import Gaussian
        >>> from zoo.priors.standard_normal import StandardNormal
        >>> vae = VAE(
        ...     prior=StandardNormal(2),
        ...     posterior=Gaussian(mlp_encoder((8, 8, 1)), latent_dim=2),
        ...     likelihood=Bernoulli(mlp_decoder((8, 8, 1), latent_dim=2)),
        ... )
        >>> vae.compile("adam")
        >>> x = np.random.default_rng(0).integers(0, 2, [100, 8, 8, 1]).astype("float32")
        >>> sorted(vae.fit(x, verbose=0).history)
        ['elbo', 'kl', 'log_likelihood', 'loss']
        >>> tuple(vae.sample(n=3, seed=7).shape)
        (3, 8, 8, 1)

    References:
        Kingma and Welling 2014, "Auto-Encoding Variational Bayes".
    """

    PARTS: ClassVar = {"encode": "posterior", "decode": "likelihood"}

    def __init__(self, prior, posterior, likelihood, objective=elbo, **kwargs):
        super().__init__(**kwargs)
        require_same_codes(prior, posterior)
        if posterior.implicit:
            raise InputError(
                f"posterior is {type(posterior).__name__}, which has no density, as the bounds of a VAE need: give it "
                "to a zoo.adversarial_vb.AdversarialVB, or give one with a density, IAF say."
            )
        for each in ("labels", "classes"):
            of_prior, of_posterior = getattr(prior, each), getattr(posterior, each)
            if of_prior != of_posterior:
                raise InputError(f"prior has {of_prior} {each} and posterior {of_posterior}: give both the same.")
        _check_objective(objective, posterior)
        self.prior, self.posterior, self.likelihood, self.objective = prior, posterior, likelihood, objective
        self.seed_generator = keras.random.SeedGenerator()
        bits = ["bits_per_dim"] if likelihood.eight_bit else []
        self.terms = MeanTerms(["elbo", "log_likelihood", "kl", *bits])
        # What a warm-up callback moves while `fit` runs; 1 when it begins, when it has ended and when a file is loaded.
        self.kl_weight = self.add_weight(shape=(), initializer="ones", trainable=False, name="kl_weight")

    def build(self, input_shape):
        input_shape = image_of(input_shape)
        self._image_shape = tuple(input_shape[1:])
        code_shape = (None, self.prior.latent_dim)
        shapes = [(self.prior, None), (self.posterior, input_shape), (self.likelihood, code_shape)]
        if isinstance(self.objective, keras.layers.Layer):
            # It may have weights of its own: a baseline, say.
            shapes.append((self.objective, input_shape))
        for part, shape in shapes:
            # A part that comes from a file is there with its weights.
            build_once(part, shape)
        self.built = True

    @property
    def labels(self):
        """How many labels there are, K, for a model that takes labels; else None."""
        return self.posterior.labels

    @property
    def label_count(self):
        """How many labels `sample_label` knows: the labels, or else the prior's clusters; None without either."""
        return self.labels or self.prior.clusters

    @property
    def abilities(self):
        return super().abilities._replace(
            has_posterior=True,
            has_density=True,
            takes_prior=not self.posterior.reads_prior,
            has_components=self.prior.has_components,
            has_clusters=bool(self.prior.clusters),
            takes_labels=self.posterior.takes_labels,
            samples_labels=bool(self.label_count),
            takes_missing=self.takes_missing,
            has_views=self.likelihood.views > 1,
        )

    @property
    def takes_missing(self):
        """Whether pixels, or whole views, may be missing, NaN in their place."""
        return self.likelihood.takes_missing

    # The waist: all that objectives and evaluators ask for.

    def infer(self, x, training=False):
        """q(z|x): what `zoo.random.draw_and_log_prob` draws from, of batch shape `[B]` and event shape `[D]`.

        Args:
            x: images, `[B, height, width, channels]`; for a model that takes labels also a dict of `image` and `label`,
                int32 `[B]`, -1 where it is missing.
            training: as of `log_joint`.
        """
        x = x if self.posterior.takes_labels else image_of(x)

        def log_joint(z):
            log_likelihood, log_prior = self.log_joint(x, z, training)
            return log_likelihood + log_prior

        return self.posterior(self.for_posterior(x), log_joint=log_joint, training=training)

    def for_posterior(self, x):
        """x as the posterior's networks take it: with 0 for what is missing, unless they look at that themselves."""
        if not self.takes_missing:
            return x
        if any(getattr(each, "takes_missing", False) for each in self.posterior._flatten_layers()):
            return x
        return x | {"image": filled(x["image"])} if isinstance(x, dict) else filled(x)

    def infer_label(self, x, training=False):
        """q(y|x) of a model that takes labels: a `zoo.distributions.label.Label`, a point where y is known.

        Args:
            x, training: as of `infer`.
        """
        return self.posterior.label(self.for_posterior(x), training=training)

    def next_key(self):
        """A key, int32 `[2]`, of the model's own generator: another one at each step."""
        return fresh_key(self.seed_generator)

    def log_densities(self, x, num_samples=1, seed=None, training=False, q=None, of_each_component=False):
        """log p(x|z), log p(z) and log q(z|x) at draws z ~ q(z|x).

        Args:
            x: as of `infer`.
            num_samples: how many draws for each, S.
            seed: a key, int32 `[2]`; None for one of the model's generator, fresh at each step, as in training.
            training: as of `log_joint`.
            q: what is drawn from; None for q(z|x).
            of_each_component: whether S are drawn of each component of a posterior that is a mixture
                (`zoo.random.strata`).

        Returns:
            `LogDensities`, `[S, B]`, in nats; `[S, K, B]`, and with `weights`, of each component.
        """
        key = seed
        if seed is None:
            key = self.next_key()
        q = self.infer(x, training) if q is None else q
        # Training is never exported, and with several draws its kernels are worth the time that XLA takes to make them.
        with fusing(seed is None and num_samples > 1):
            drawn = (strata if of_each_component else draw_and_log_prob)(q, key, (num_samples,))
            z, log_q, weights = drawn if of_each_component else (*drawn, 1.0)
            log_likelihood = self.likelihood(z, training=training).log_prob(image_of(x))
        prior = self.prior(training=training)
        return LogDensities(
            likelihood=log_likelihood,
            prior=prior.log_prob(z),
            posterior=log_q,
            z=z,
            kl_per_dimension=kl_per_dimension(q, prior, z),
            kl_weight=self.kl_weight if training else 1.0,
            key=key,
            weights=weights,
            q=q,
        )

    # What Keras calls.

    def fit(self, *args, **kwargs):
        """As of `zoo.image_model.ImageModel`. A `WarmUp` callback moves the KL term's weight meanwhile, not longer."""
        try:
            self.kl_weight.assign(1.0)
            return super().fit(*args, **kwargs)
        finally:
            # The best weights may be those of an epoch in which the KL term counted for less.
            self.kl_weight.assign(1.0)

    def load_own_variables(self, store):
        super().load_own_variables(store)
        self.kl_weight.assign(1.0)

    def loss_and_terms(self, x, training=False):
        objective, densities = self.objective(self, x, training=training)
        log_likelihood, kl = densities.log_likelihood, densities.kl
        terms = [log_likelihood - kl, log_likelihood, kl]
        if self.likelihood.eight_bit:
            terms.append((kl - log_likelihood) / (math.prod(self.image_shape) * math.log(2)))
        return -objective, *terms

    # What a trained model is for. The exported signatures are made of these.

    @functional
    def encode(self, x, training=None):
        """The code of each image: the posterior's mean (a flow's base mean, pushed through it).

        Args:
            x: images, `[B, height, width, channels]`; for a model that takes labels also a dict of `image` and `label`,
                integers `[B]`, -1 where one is missing.
            training: whether the encoder is to behave as in training.

        Returns:
            float32 `[B, D]`.
        """
        return center(self.infer(self._images(x), training))

    def sample_label(self, label, seed):
        """Mean images of given labels: like `sample`, and of the same codes, whose labels these are.

        A cluster of the prior is a label that no image comes with.

        Args:
            label: integers `[n]`, or one alone; -1 for a label that is drawn, as `sample` does.
            seed: an int, or a key, int32 `[2]`.

        Returns:
            float32 `[n, height, width, channels]`, in the range.

        Raises:
            InputError: the model has neither labels nor clusters, or a label is none of its own.

        Example:
            >>> import zoo
            >>> model = zoo.build("conditional_vae", image_shape=(8, 8, 1), latent_dim=2)
            >>> tuple(model.sample_label([3, 3, 7], seed=7).shape)
            (3, 8, 8, 1)
        """
        return self._mean_image(self._codes_of(label, seed), pixels_key(seed))

    def complete(self, x, seed, num_samples=1):
        """Images whose missing pixels, or views, are made of those that are there, by a code z.

        z is one of so many draws from q(z|x), chosen by importance weights: p(x, z) / q(z|x), x what is there. Of many
        z is a draw from p(z|x), whatever q is; of 1 it is one from q.

        Args:
            x: images, `[B, height, width, channels]`, NaN in place of what is missing.
            seed: an int, or a key, int32 `[2]`.
            num_samples: how many draws.

        Returns:
            float32 `[B, height, width, channels]`: x, and the mean pixels of p(x|z) where they are missing.

        Raises:
            InputError: the model takes images whole, or a view is missing in part.

        Example:
            >>> import numpy as np
            >>> import zoo
            >>> model = zoo.build("multimodal_vae", image_shape=(8, 8, 1), latent_dim=2)
            >>> left = model.likelihood.only(np.zeros([3, 8, 8, 1], "float32"), kept=[0])
            >>> bool(np.isnan(model.complete(left, seed=7)).any())
            False

        References:
            Mattei and Frellsen 2019, "MIWAE: Deep Generative Modelling and Imputation of Incomplete Data Sets", for the
            choice by weights.
        """
        x, z = self._to_complete(x, seed, num_samples)
        return _completed(x, self._mean_image(z, pixels_key(seed)))

    def complete_pixels(self, x, seed, num_samples=1):
        """Like `complete`, from the same codes, with the pixels drawn from the likelihood too: multiple imputation.

        Of enough samples these are draws from p(x_missing|x): their spread is what the model doesn't know.
        """
        x, z = self._to_complete(x, seed, num_samples)
        return _completed(x, self._drawn_pixels(z, seed))

    def _to_complete(self, x, seed, num_samples):
        """Images, and a code for each."""
        require(self, "takes_missing", "a completion")
        check_count("num_samples", num_samples)
        x = self._images(x)
        densities = self.log_densities(x, num_samples, stream(seed, "posterior"))
        if num_samples == 1:
            return x, densities.z[0]
        chosen = systematic(shares(densities.log_weight), 1, stream(seed, "resampling"))[0]
        # TFLite takes no element of each example's own: [S, B, 1] of which one is 1.
        mask = ops.cast(chosen[None] == ops.arange(num_samples, dtype=chosen.dtype)[:, None], "float32")[..., None]
        return x, ops.sum(mask * densities.z, axis=0)

    def sample_label_pixels(self, label, seed):
        """Like `sample_label`, from the same codes, with the pixels drawn from the likelihood too."""
        return self._drawn_pixels(self._codes_of(label, seed), seed)

    def _codes_of(self, label, seed):
        """Codes of given labels, `[n, D]`."""
        require(self, "samples_labels", "an image of a label")
        label = check_labels(label, "label", self.label_count) if isinstance(label, PLAIN) else label
        return draw(self.prior(label), codes_key(seed))

    def classify(self, x, training=None):
        """The probability of each label for each image, whatever is known of it.

        It is q(y|x) of a posterior with a classifier. Without one it is what the bound says at the mean codes,
        softmax over y of log p(x, y, z_y) - log q(z_y|x, y): p(y|x) where q(z|x, y) is the exact posterior.

        Args:
            x, training: as of `encode`.

        Returns:
            float32 `[B, K]`.

        Raises:
            InputError: the model takes no labels.

        Example:
            >>> import numpy as np, zoo
            >>> model = zoo.build("m2", image_shape=(8, 8, 1), latent_dim=2, labels=3)
            >>> tuple(model.classify(np.zeros([5, 8, 8, 1])).shape)
            (5, 3)
        """
        require(self, "takes_labels", "a classification")
        x = image_of(self._images(x))
        if self.posterior.classifies:
            return self.infer_label(x, training).probabilities()
        # All labels of an image are as many images, one label after the other.
        every = ops.broadcast_to(ops.arange(self.labels)[:, None], (self.labels, ops.shape(x)[0]))
        q = self.posterior(self.for_posterior({"image": x, "label": every}), training=training)
        z = center(q)
        log_weight = sum(self.log_joint(x, z, training)) - q.log_prob(z)
        return ops.softmax(ops.transpose(log_weight))

    def signatures(self, num_samples=50):
        """As of `Generator`, and `log_px`; `sample_label` where there are labels or clusters, `classify` where it takes
        labels, and `complete` where pixels or views may be missing.

        Args:
            num_samples: how many samples `log_px` takes, and of how many `complete` chooses where there are no views,
                whose experts have been asked for what each says by itself.
        """
        to_choose_from = 1 if self.likelihood.views > 1 else num_samples
        x = ((None, *self.image_shape), "float32")

        def estimates(x, seed):
            return {"log_px": ops.stack(self._possible_log_px(x, seed, num_samples, TOLERANCE))}

        of_labels = {
            "sample_label": Signature(
                lambda seed, label: {"image": self.sample_label(label, seed)}, {"seed": SEED, "label": LABELS}
            )
        }
        classes = {"classify": Signature(lambda x: {"probabilities": self.classify(x)}, {"x": x}, tolerance=1e-4)}
        of_missing = {
            "complete": Signature(
                lambda x, seed: {"image": self.complete(x, seed, to_choose_from)},
                {"x": x, "seed": SEED},
                tolerance=1e-4,
                # Which is chosen changes all of an image.
                share=None if to_choose_from == 1 else 0.95,
            )
        }
        found = super().signatures(num_samples) | {
            "log_px": Signature(
                lambda x, seed: {"log_px": self.log_px(x, seed, num_samples)},
                {"x": x, "seed": SEED},
                relative=True,
                possible=estimates if self.prior.support.has_steps else None,
            ),
            **(of_labels if self.label_count else {}),
            **(classes if self.labels else {}),
            **(of_missing if self.takes_missing else {}),
        }
        if self.likelihood.autoregressive:
            drawn = {"complete", "decode", "reconstruct", "sample", "sample_label", "sample_pixels"} & found.keys()
            # Of 256 values that a uniform may stand for one or another is near, where of two it seldom is.
            share = 0.95 if self.likelihood.binary else 0.5
            found |= {name: found[name]._replace(possible=None, share=share) for name in drawn}
        return found

    def log_px(self, x, seed, num_samples=50):
        """The importance-weighted lower bound on log p(x): log 1/S sum_s p(x, z_s) / q(z_s|x).

        Args:
            x: as of `encode`.
            seed: an int, or a key, int32 `[2]`.
            num_samples: S.

        Returns:
            float32 `[B]`, in nats; in expectation at most log p(x), and nearer to it the larger S is. Where a label is
            known it is of log p(x, y).

        References:
            Burda et al. 2016, "Importance Weighted Autoencoders", equation 8.
        """
        check_count("num_samples", num_samples)
        densities = self.log_densities(self._images(x), num_samples, stream(seed, "posterior"))
        return log_mean_exp(densities.log_weight, axis=0)

    def _possible_log_px(self, x, seed, num_samples, tolerance):
        """`log_px`, and what it may be where the posterior's parameters are `tolerance` off."""
        x = self._images(x)
        q, found = self.infer(x), [self.log_px(x, seed, num_samples)]
        for z in sides(q, stream(seed, "posterior"), tolerance, (num_samples,)):
            found.append(log_mean_exp(sum(self.log_joint(x, z)) - q.log_prob(z), axis=0))
        return found


def _completed(x, made):
    """Images, with what was made of them where they are NaN."""
    x = image_of(x)
    return ops.where(ops.isnan(x), made, x)


def _check_objective(objective, posterior):
    """Raises `InputError` unless the function can be told of training, and has gradients for the posterior's draws."""
    function = getattr(objective, "func", objective)
    name = getattr(function, "__name__", type(function).__name__)
    # None for one that takes draws for constants, whether or not they have a gradient.
    follows = getattr(function, "reparameterized", True)
    sums = posterior.labels and getattr(function, "sums_labels", False)
    if posterior.trains_weights and not getattr(function, "sums_components", False):
        raise InputError(
            f"objective is {name}, which draws a component at a time, and gives the weights of a "
            f"{type(posterior).__name__} posterior's components no gradient: give miselbo or siwae, which sum over all."
        )
    if follows not in (None, posterior.reparameterized) and not sums:
        kind = type(posterior).__name__
        others = "elbo or iwae" if posterior.reparameterized else "nvil, vimco or wake_sleep"
        others = "labelled_elbo or classified_elbo" if posterior.labels else others
        raise InputError(
            f"objective is {name}, whose gradient goes through {'' if follows else 'the density of '}the draws, but "
            f"those of a {kind} posterior have {'a' if posterior.reparameterized else 'no'} gradient of their own: "
            f"give {others}."
        )
    accepted = inspect.signature(objective).parameters
    if "training" not in accepted and not any(p.kind is p.VAR_KEYWORD for p in accepted.values()):
        raise InputError(
            f"objective is {name}, but takes no `training`. Make it {name}(vae, x, training, ...), and hand that on: "
            "vae.log_densities(x, training=training)."
        )
