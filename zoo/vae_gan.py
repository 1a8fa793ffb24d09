"""The VAE/GAN: a VAE whose reconstructions are compared in the features of a critic, which its images are to fool."""

from typing import ClassVar

import keras
from keras import ops

from zoo.abilities import Abilities, require_same_codes
from zoo.data.pixels import UNIT, check_limits
from zoo.functional import functional
from zoo.image_model import ImageModel
from zoo.networks.frozen import frozen
from zoo.numerics.counts import check_count, check_positive
from zoo.numerics.divergence import kl_divergence
from zoo.numerics.mean_terms import MeanTerms
from zoo.optimizers.player_adam import pace
from zoo.part import build_once
from zoo.random import center, draw, draw_and_log_prob, fresh_key, stream


class VAEGAN(ImageModel):
    """x -> q(z|x) -> z -> decoder -> y, z' ~ p(z) -> decoder -> y', and a critic of features f and log odds D.

        encoder:  KL(q(z|x) || p(z)) + d(x, y),        d(x, y) = precision/2 |f(x) - f(y)|^2
        decoder:  weight d(x, y) + softplus(-D(y)) + softplus(-D(y'))
        critic:   softplus(-D(x)) + softplus(D(y)) + softplus(D(y'))

    d is -log N(f(x); f(y), I / precision) but for a constant. Each player moves by its own line alone, in one step. The
    decoder wants D to be wrong (-log D) where the paper has it make log(1 - D) small, which has no slope where it is
    needed most.

    There is no density of images: f moves as the critic learns. So the loss of one epoch can't be compared with
    another's, and `evaluate` gives the squared error of reconstructions, which no term makes small.

    Args:
        prior: a layer whose call without arguments gives p(z).
        posterior: a layer whose call on x gives q(z|x), of which draws have a gradient.
        decoder: a network, `[B, D]` to `[B, height, width, channels]`.
        critic: a network, images to a list of features `[B, F]` and log odds `[B, 1]`:
            `zoo.networks.feature_critic`.
        weight: what the distance counts for to the decoder, the paper's gamma.
        precision: of the features. The smaller they are, the more of it a code takes; the paper has 1.
        critic_rate: how many times the learning rate the critic has, by a `zoo.optimizers.PlayerAdam`.
        range: (low, high) that x lies in; None for any numbers.

    Raises:
        InputError: the prior and the posterior are of different sizes or supports, or a weight or a rate isn't
            positive.

    Example:
        >>> import numpy as np, zoo
        >>> model = zoo.build("vae_gan", image_shape=(8, 8, 1), latent_dim=2, filters=(4,), critic_filters=(4,))
        >>> model.compile("adam")
        >>> sorted(model.fit(np.zeros([10, 8, 8, 1]), verbose=0).history)
        ['critic_loss', 'feature_distance', 'fooling_loss', 'kl', 'loss']

    References:
        Larsen et al. 2016, "Autoencoding beyond Pixels Using a Learned Similarity Metric", algorithm 1.
    """

    PARTS: ClassVar = {"encode": "posterior", "decode": "decoder"}

    adversarial = True

    def __init__(
        self, prior, posterior, decoder, critic, weight=1.0, precision=1.0, critic_rate=1.0, range=UNIT, **kwargs
    ):
        super().__init__(**kwargs)
        require_same_codes(prior, posterior)
        for name, value in {"weight": weight, "precision": precision}.items():
            check_positive(name, value)
        self.prior, self.posterior, self.decoder, self.critic = prior, posterior, decoder, critic
        self.weight, self.precision, self.critic_rate = weight, precision, critic_rate
        self.range = check_limits(range)
        self.seed_generator = keras.random.SeedGenerator()
        self.terms = MeanTerms(["kl", "feature_distance", "fooling_loss", "critic_loss"])

    def build(self, input_shape):
        self._image_shape = tuple(input_shape[1:])
        build_once(self.prior)
        build_once(self.posterior, input_shape)
        build_once(self.decoder, (None, self.latent_dim))
        build_once(self.critic, input_shape)
        pace(self.critic, self.critic_rate)
        self.built = True

    @property
    def latent_dim(self):
        """The size D of z."""
        return self.prior.latent_dim

    @property
    def abilities(self):
        return Abilities(
            encodes=True,
            decodes=True,
            samples=True,
            has_prior=True,
            has_posterior=True,
            takes_prior=True,
            has_loss_per_image=True,
            has_components=self.prior.has_components,
        )

    def take_any_range(self):
        self._amend(range=None)

    def infer(self, x, training=False):
        """q(z|x): as of `zoo.vae.VAE.infer`."""
        return self.posterior(x, training=training)

    def next_key(self):
        """A key, int32 `[2]`, of the model's own generator: another one at each step."""
        return fresh_key(self.seed_generator)

    def loss_and_terms(self, x, training=False):
        x, seed = ops.cast(x, "float32"), fresh_key(self.seed_generator, training)
        q, p = self.infer(x, training), self.prior(training=training)
        z, log_q = draw_and_log_prob(q, stream(seed, "posterior of a VAE/GAN"))
        other = draw(p, stream(seed, "codes of a VAE/GAN"), ops.shape(x)[:1])
        kl = kl_divergence(q, p, z, log_q)
        judge = frozen(self.critic)
        features = ops.stop_gradient(_numbers(judge, x, training)[0])

        def judged(images):
            found, odds = _numbers(judge, images, training)
            distance = 0.5 * self.precision * ops.sum(ops.square(features - found), axis=-1)
            return distance, ops.softplus(-odds)

        # The encoder's image, to which the decoder is as it is, and the decoder's own, to which codes are.
        seen, _ = judged(_image(frozen(self.decoder), z, training))
        ours, theirs = (_image(self.decoder, ops.stop_gradient(each), training) for each in (z, other))
        (distance, fooling), (_, fooling_too) = judged(ours), judged(theirs)
        fooling = fooling + fooling_too
        critic = ops.softplus(-_numbers(self.critic, x, training)[1])
        for image in (ours, theirs):
            critic = critic + ops.softplus(_numbers(self.critic, ops.stop_gradient(image), training)[1])
        return kl + seen + self.weight * distance + fooling + critic, kl, distance, fooling, critic

    def loss_per_image(self, x, training=False):
        """The squared error of each image's reconstruction: float32 `[B]`."""
        x = self._images(x)
        return ops.sum(ops.square(x - self.reconstruct(x, training)), axis=(1, 2, 3))

    @functional
    def encode(self, x, training=None):
        """The mean of q(z|x) of each image: float32 `[B, D]`; `training` as of `zoo.vae.VAE.encode`."""
        return center(self.infer(self._images(x), training))

    @functional
    def decode(self, z, training=None):
        """The image of each code, clipped to the range: float32 `[B, height, width, channels]`."""
        return self._clipped(_image(self.decoder, ops.convert_to_tensor(z, "float32"), training))

    def sample(self, n, seed):
        """Images of codes drawn from the prior; the same for the same seed, here and in every export.

        Args:
            n: how many.
            seed: an int, or a key, int32 `[2]`.

        Returns:
            float32 `[n, height, width, channels]`, in the range.
        """
        check_count("n", n)
        return self.decode(draw(self.prior(), stream(seed, "codes of a VAE/GAN"), (n,)))


def _image(decoder, z, training):
    return ops.cast(decoder(z, training=training), "float32")


def _numbers(critic, x, training):
    """f and D of images, `[B, F]` and `[B]`."""
    features, odds = critic(x, training=training)
    return ops.cast(features, "float32"), ops.cast(odds[:, 0], "float32")
