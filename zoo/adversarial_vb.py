"""Adversarial variational Bayes (AVB): a VAE whose posterior has no density, but a rival that learns what it is."""

from typing import ClassVar

import keras
from keras import ops

from zoo.abilities import require_same_codes
from zoo.errors import InputError
from zoo.functional import functional
from zoo.generator import Generator
from zoo.networks.frozen import frozen
from zoo.numerics.mean_terms import MeanTerms
from zoo.observed import image_of
from zoo.optimizers.player_adam import pace
from zoo.part import build_once
from zoo.probability import tfd
from zoo.random import center, draw, fresh_key, key, normal, stream


class AdversarialVB(Generator):
    """max E_q[log p(x, z) - log r(z|x) - T(x, u)], u = (z - m) / s, with T a critic that learns log q / r:

        min E_q[softplus(-T(x, u))] + E_N(0, I)[softplus(T(x, u))]

    r is N(m, s^2) with the moments m, s of q(z|x): adaptive contrast, which leaves T only what isn't Gaussian of q.
    Where T is the best there is, it is log q - log r, and the first is the ELBO. Elsewhere it is no bound: too large,
    as a rule, where the critic has learned less than there is to tell. So `elbo_estimate` and `kl_estimate` are called.
    `zoo judge RUN ais` has the log-likelihood, which asks for the prior and the likelihood alone.

    Two players learn in one step, each by its own term (`zoo.networks.frozen`), and the critic at a rate of its
    own (`zoo.optimizers.PlayerAdam`, which `compile("adam")` takes).

    Args:
        prior, likelihood: as of a VAE.
        posterior: one that can be drawn from, with `moments`: `zoo.posteriors.Implicit`.
        critic: a network of `[images, codes]` to `[B, 1]`: `zoo.networks.joint_critic`.
        adaptive: whether r has q's moments. If not, r is the prior, and u is z.
        critic_rate: how many times the learning rate the critic has.

    Raises:
        InputError: the prior and the posterior are of different sizes or supports, or the posterior has a density.

    Example:
        >>> import numpy as np, zoo
        >>> model = zoo.build("adversarial_vb", image_shape=(8, 8, 1), latent_dim=2, units=(16,), critic_units=(16,))
        >>> model.compile("adam")
        >>> sorted(model.fit(np.zeros([10, 8, 8, 1]), verbose=0).history)
        ['critic_loss', 'elbo_estimate', 'kl_estimate', 'log_likelihood', 'loss']

    References:
        Mescheder et al. 2017, "Adversarial Variational Bayes: Unifying Variational Autoencoders and Generative
        Adversarial Networks", algorithm 1 and section 3.3.
    """

    PARTS: ClassVar = {"encode": "posterior", "decode": "likelihood"}

    adversarial = True

    def __init__(self, prior, posterior, likelihood, critic, adaptive=True, critic_rate=2.0, **kwargs):
        super().__init__(**kwargs)
        require_same_codes(prior, posterior)
        if not posterior.implicit:
            raise InputError(
                f"posterior is {type(posterior).__name__}, which has a density: give it to a VAE, or give "
                "zoo.posteriors.Implicit."
            )
        self.prior, self.posterior, self.likelihood, self.critic = prior, posterior, likelihood, critic
        self.adaptive, self.critic_rate = adaptive, critic_rate
        self.seed_generator = keras.random.SeedGenerator()
        self.terms = MeanTerms(["elbo_estimate", "log_likelihood", "kl_estimate", "critic_loss"])

    def build(self, input_shape):
        self._image_shape = tuple(input_shape[1:])
        code_shape = (None, self.latent_dim)
        build_once(self.prior)
        build_once(self.posterior, input_shape)
        build_once(self.likelihood, code_shape)
        build_once(self.critic, [input_shape, code_shape])
        pace(self.critic, self.critic_rate)
        self.built = True

    @property
    def abilities(self):
        return super().abilities._replace(has_loss_per_image=True)

    def loss_and_terms(self, x, training=False):
        x = ops.cast(image_of(x), "float32")
        seed = fresh_key(self.seed_generator, training)
        log_likelihood, kl, u, other = self._estimates(x, seed, training)
        # To it both are data.
        judged = _judged(self.critic, x, ops.stop_gradient(u), training)
        critic = ops.softplus(-judged) + ops.softplus(_judged(self.critic, x, ops.stop_gradient(other), training))
        return kl - log_likelihood + critic, log_likelihood - kl, log_likelihood, kl, critic

    def _estimates(self, x, seed, training):
        """log p(x|z), and what the critic makes of log q(z|x) - log p(z), `[B]`; and its two inputs, `[B, D]`."""
        q = self.posterior(x, training=training)
        z = draw(q, stream(seed, "implicit posterior"))
        log_likelihood, log_prior = self.log_joint(x, z, training)
        compared = stream(seed, "what the critic compares")
        if self.adaptive:
            loc, scale = self._moments(q, seed)
            u, other, log_r = (z - loc) / scale, normal(compared, ops.shape(z)), _normal(loc, scale).log_prob(z)
        else:
            u, other, log_r = z, draw(self.prior(training=training), compared, ops.shape(z)[:1]), log_prior
        kl = _judged(frozen(self.critic), x, u, training) + log_r - log_prior
        return log_likelihood, kl, u, other

    def _moments(self, q, seed):
        """m and s. Theirs is the Gaussian of largest E_q[log r], and its gradient by them is 0 in the mean."""
        return [ops.stop_gradient(each) for each in q.moments(stream(seed, "moments"))]

    def loss_per_image(self, x, training=False):
        """-log p(x, z) + log r(z|x) + T(x, u) at one draw: float32 `[B]`, no bound but where the critic is the best."""
        x = ops.cast(self._images(x), "float32")
        log_likelihood, kl, _, _ = self._estimates(x, key(0), training)
        return kl - log_likelihood

    @functional
    def encode(self, x, training=None):
        """The mean of q(z|x) of each image: float32 `[B, D]`; `training` as of `zoo.vae.VAE.encode`."""
        return center(self.posterior(self._images(x), training=training))


def _judged(critic, x, u, training):
    """T, `[B]`."""
    return ops.cast(critic([x, u], training=training)[:, 0], "float32")


def _normal(loc, scale):
    return tfd.Independent(tfd.Normal(loc, scale), 1)
