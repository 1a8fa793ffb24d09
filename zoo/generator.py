"""A model with a density of codes and one of images given codes: p(x, z) = p(z) p(x|z)."""

from abc import abstractmethod

from keras import ops

from zoo.abilities import Abilities
from zoo.functional import functional
from zoo.image_model import ImageModel
from zoo.numerics.counts import check_count
from zoo.observed import image_of
from zoo.random import draw, key, mean_image, sides, stream
from zoo.signature import COUNT, SEED, TOLERANCE, Signature


def codes_key(seed):
    """The key that codes are drawn by from p(z), of a seed or a key.

    Example:
        >>> codes_key(7).shape[0]
        2
    """
    return stream(seed, "codes")


def pixels_key(seed):
    """The key that pixels are drawn by from p(x|z), of a seed or a key.

    Example:
        >>> pixels_key(7).shape[0]
        2
    """
    return stream(seed, "pixels")


class Generator(ImageModel):
    """p(x, z) = p(z) p(x|z). The base of models that have both, however they guess the code of an image.

    A subclass has a `prior`, a layer whose call without arguments gives p(z), and a `likelihood`, a layer whose call on
    z, `[..., D]`, gives p(x|z). It sets its parts itself: in their order an optimizer's state is saved.

    Example:
        >>> from zoo.vae import VAE
        >>> issubclass(VAE, Generator)
        True
    """

    @property
    def abilities(self):
        return Abilities(encodes=True, decodes=True, samples=True, has_prior=True, has_likelihood=True)

    @property
    def latent_dim(self):
        """The size D of z."""
        return self.prior.latent_dim

    @property
    def range(self):
        """What pixels lie in, (low, high), by the likelihood; None for any numbers."""
        return self.likelihood.range

    def take_any_range(self):
        self.likelihood.take_any_range()

    def check_values(self, x, name):
        self.likelihood.check(x, name)

    def log_joint(self, x, z, training=False):
        """log p(x|z) and log p(z).

        Args:
            x: images, `[B, height, width, channels]`, or a dict with these as its `image`.
            z: codes, `[..., B, D]`.
            training: whether the networks are being trained: dropout and batch normalization go by it.

        Returns:
            Two tensors `[..., B]`, in nats.
        """
        likelihood = self.likelihood(z, training=training)
        return likelihood.log_prob(image_of(x)), self.prior(training=training).log_prob(z)

    @abstractmethod
    def encode(self, x, training=None):
        """The code of each image where p(z) has its codes, `[B, D]`: a guess of z given x."""

    @functional
    def decode(self, z, training=None):
        """The mean image of each code, clipped to the range.

        Args:
            z: codes, `[B, D]`.
            training: whether the decoder is to behave as in training.

        Returns:
            float32 `[B, height, width, channels]`.
        """
        return self._mean_image(ops.convert_to_tensor(z, "float32"), key(0), training)

    def _mean_image(self, z, seed, training=None):
        return self._clipped(mean_image(self.likelihood(z, training=training), seed))

    def _drawn_pixels(self, z, seed):
        return self._clipped(draw(self.likelihood(z), pixels_key(seed)))

    def _drawn_codes(self, n, seed):
        check_count("n", n)
        return draw(self.prior(), codes_key(seed), (n,))

    def sample(self, n, seed):
        """Mean images of codes drawn from the prior; the same for the same seed, here and in every export.

        Args:
            n: how many.
            seed: an int, or a key, int32 `[2]`.

        Returns:
            float32 `[n, height, width, channels]`, in the range.
        """
        return self._mean_image(self._drawn_codes(n, seed), pixels_key(seed))

    def sample_pixels(self, n, seed):
        """Like `sample`, from the same codes, with the pixels drawn from the likelihood too."""
        return self._drawn_pixels(self._drawn_codes(n, seed), seed)

    def sides_of_pixels(self, n, seed, tolerance):
        """What `sample_pixels` may be where the likelihood's parameters are `tolerance` off: see `zoo.random.sides`."""
        codes, key = self._possible_codes(n, seed, tolerance), pixels_key(seed)
        return [self._clipped(side) for z in codes for side in sides(self.likelihood(z), key, tolerance)]

    def _possible_codes(self, n, seed, tolerance):
        """The codes of `sample`, and what they may be where the prior's parameters are `tolerance` off."""
        drawn = self._drawn_codes(n, seed)
        if not self.prior.support.has_steps:
            return [drawn]
        return [drawn, *sides(self.prior(), codes_key(seed), tolerance, (n,))]

    def signatures(self, num_samples=50):
        """As of `ImageModel`, and `sample` and `sample_pixels`."""

        def images(seed, n):
            codes = self._possible_codes(n, seed, TOLERANCE)
            return {"image": ops.stack([self._mean_image(z, pixels_key(seed)) for z in codes])}

        def pixels(seed, n):
            return {"image": ops.stack(self.sides_of_pixels(n, seed, TOLERANCE))}

        found = super().signatures(num_samples)
        of_pixels = Signature(
            lambda seed, n: {"image": self.sample_pixels(n, seed)}, {"seed": SEED, "n": COUNT}, possible=pixels
        )
        possible = images if self.prior.support.has_steps else None
        return found | {"sample": found["sample"]._replace(possible=possible), "sample_pixels": of_pixels}
