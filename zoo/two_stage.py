"""A model of two stages: a second one of the codes of a first."""

from typing import ClassVar

from keras import ops

from zoo.abilities import Abilities, abilities, require, require_support
from zoo.errors import InputError
from zoo.functional import functional
from zoo.image_model import ImageModel
from zoo.numerics.mean_terms import MeanTerms
from zoo.observed import image_of, label_of, with_label
from zoo.part import build_once
from zoo.random import draw_and_log_prob
from zoo.signature import LABELS, SEED, Signature
from zoo.support import Support


class TwoStage(ImageModel):
    """x -> first -> z -> second -> u, and back: the second model learns where the first puts its codes.

        loss = loss_1(x) + loss_2(stop_gradient(z)),   z ~ q_1(z|x), or z = encode_1(x)

    Both learn at once, and the first learns as it would alone; `model.first.trainable = False` leaves one that was
    trained before as it is. New images are decoded from codes that the second model draws, where the first one's prior
    has holes. There is no density of images. Where the second model takes labels, the first still sees none.

    Args:
        first: a model that encodes and decodes images, an autoencoder or a VAE.
        second: a model of vectors of its codes' size that samples, of any range: a VAE with a Gaussian likelihood.

    Raises:
        InputError: one of them can't do what it is for, or the first has codes elsewhere than in R^D.

    Example:
        >>> import numpy as np, zoo
        >>> model = zoo.build("two_stage_vae", image_shape=(8, 8, 1), latent_dim=2)
        >>> model.compile("adam")
        >>> sorted(model.fit(np.zeros([10, 8, 8, 1]), verbose=0).history)
        ['first_loss', 'loss', 'second_loss']

    References:
        Dai and Wipf 2019, "Diagnosing and Enhancing VAE Models", section 3; with labels Kingma et al. 2014,
        "Semi-Supervised Learning with Deep Generative Models", section 2.1.
    """

    PARTS: ClassVar = {"encode": "first", "decode": "second"}

    def __init__(self, first, second, **kwargs):
        super().__init__(**kwargs)
        for ability in ("encodes", "decodes"):
            require(first, ability, "the first of two stages")
        require(second, "samples", "the second of two stages")
        if abilities(first).has_prior:
            require_support(first, Support.REALS, "a second stage, which draws any numbers,")
        if second.range is not None:
            raise InputError(f"second has pixels in {second.range}, but is of codes: give its likelihood range=None.")
        self.first, self.second = first, second
        self.terms = MeanTerms(["first_loss", "second_loss"])

    def build(self, input_shape):
        input_shape = image_of(input_shape)
        self._image_shape = tuple(input_shape[1:])
        build_once(self.first, input_shape)
        build_once(self.second, (None, self.first.latent_dim))
        if self.second.image_shape != (self.first.latent_dim,):
            raise InputError(
                f"second is of vectors of shape {self.second.image_shape}, but first has codes of "
                f"{self.first.latent_dim} numbers: give both the same."
            )
        self.built = True

    @property
    def latent_dim(self):
        """The size of u."""
        return self.second.latent_dim

    @property
    def labels(self):
        """How many labels there are, K, where the second model takes labels; else None."""
        return self.second.labels

    @property
    def range(self):
        """What pixels lie in, by the first model."""
        return self.first.range

    @property
    def abilities(self):
        labels = abilities(self.second).takes_labels
        return Abilities(encodes=True, decodes=True, samples=True, has_prior=True, takes_labels=labels)

    @property
    def prior(self):
        """The second model's p(u)."""
        return self.second.prior

    def check_values(self, x, name):
        self.first.check_values(x, name)

    def loss_and_terms(self, x, training=False):
        image = image_of(x)
        first, *_ = self.first.loss_and_terms(image, training)
        codes = with_label(ops.stop_gradient(self._codes(image)), label_of(x))
        second, *_ = self.second.loss_and_terms(codes, training)
        return first + second, first, second

    def _codes(self, x):
        """What the second model learns: draws where the first has a posterior, else its codes."""
        if not self.first.abilities.has_posterior:
            return self.first.encode(x)
        z, _ = draw_and_log_prob(self.first.infer(x), self.first.next_key(), ())
        return z

    @functional
    def encode(self, x, training=None):
        """u of each image, `[B, D]`: the second model's code of the first model's code.

        Args:
            x: images, or where there are labels also a dict of `image` and `label`.
            training: whether the encoders are to behave as in training.
        """
        x = self._images(x)
        return self.second.encode(with_label(self.first.encode(image_of(x), training), label_of(x)), training)

    @functional
    def decode(self, z, training=None):
        """The image of each u, `[B, height, width, channels]`."""
        return self.first.decode(self.second.decode(z, training), training)

    def sample(self, n, seed):
        """Images of codes that the second model draws; the same for the same seed, here and in every export.

        Args:
            n: how many.
            seed: an int, or a key, int32 `[2]`.
        """
        # Its drawn codes, not their means: the first model's codes fill the space.
        return self.first.decode(self.second.sample_pixels(n, seed))

    def sample_label(self, label, seed):
        """Images of given labels: like `sample`, and of the same codes, whose labels these are.

        Args:
            label, seed: as of `zoo.vae.VAE.sample_label`.

        Raises:
            InputError: the second model takes no labels, or a label is none of its own.
        """
        require(self, "takes_labels", "an image of a label")
        return self.first.decode(self.second.sample_label_pixels(label, seed))

    def classify(self, x, training=None):
        """The probability of each label for each image, `[B, K]`: the second model's of the first model's code.

        Args:
            x, training: as of `encode`.

        Raises:
            InputError: the second model takes no labels.
        """
        require(self, "takes_labels", "a classification")
        return self.second.classify(self.first.encode(image_of(self._images(x)), training), training)

    def signatures(self, num_samples=50):
        x = {"x": ((None, *self.image_shape), "float32")}
        found = super().signatures(num_samples)
        if self.labels:
            found["sample_label"] = Signature(
                lambda seed, label: {"image": self.sample_label(label, seed)}, {"seed": SEED, "label": LABELS}
            )
            found["classify"] = Signature(lambda x: {"probabilities": self.classify(x)}, x, tolerance=1e-4)
        return found
