"""The autoencoder: a code for each image, and no density of images."""

from typing import ClassVar

import keras
from keras import ops

from zoo.abilities import Abilities
from zoo.data.pixels import UNIT, check_limits
from zoo.errors import InputError
from zoo.functional import functional
from zoo.image_model import ImageModel
from zoo.numerics.counts import check_count
from zoo.numerics.mean_terms import MeanTerms
from zoo.part import build_once
from zoo.random import draw, stream


@keras.saving.register_keras_serializable(__name__)
def squared_error(x, reconstruction):
    """sum_i (x_i - y_i)^2 over the pixels.

    Args:
        x: images, `[B, height, width, channels]`.
        reconstruction: of that shape.

    Returns:
        float32 `[B]`.

    Example:
        >>> float(squared_error(ops.ones([1, 2, 2, 1]), ops.zeros([1, 2, 2, 1]))[0])
        4.0
    """
    return _sum(ops.square(x - reconstruction))


@keras.saving.register_keras_serializable(__name__)
def cross_entropy(x, reconstruction):
    """-sum_i x_i log y_i + (1 - x_i) log(1 - y_i), for reconstructions in [0, 1].

    Args:
        x: images in [0, 1], `[B, height, width, channels]`.
        reconstruction: of that shape, in [0, 1]: give the decoder a sigmoid at its end.

    Returns:
        float32 `[B]`, in nats.

    Example:
        >>> round(float(cross_entropy(ops.ones([1, 1, 1, 1]), ops.full([1, 1, 1, 1], 0.5))[0]), 4)
        0.6931
    """
    return _sum(ops.binary_crossentropy(x, reconstruction))


def _sum(terms):
    """Over the pixels, or a vector's entries: `[B]`."""
    return ops.sum(terms, axis=tuple(range(1, len(terms.shape))))


class Autoencoder(ImageModel):
    """x -> corruption -> encoder -> z -> decoder -> y, trained to make loss(x, y) + penalty small.

    A code smaller than the image (undercomplete) has to leave out what matters least. With linear networks and the
    squared error it finds the span of the first principal components. A larger one is kept from copying the image by a
    penalty on the code or on the networks, or by a corruption of what the encoder sees in training: y is still to be x.

    It has no density of images: there is no likelihood to judge it by. Without a prior it has none of codes either, and
    no way to sample from it. `zoo.fitting.ex_post.fit_mixture_prior` fits one to the codes of a trained model.

    Each epoch reports `loss`, and where there is a penalty its parts: `reconstruction`, loss(x, y), and `penalty`.

    Args:
        encoder: a network, `[B, height, width, channels]` to `[B, D]`.
        decoder: a network, `[B, D]` to `[B, height, width, channels]`.
        loss: `squared_error` or `cross_entropy`, or another function, or layer, of x and y that gives `[B]`.
        penalty: of `zoo/penalties`: a function of the model, images, codes and `training` that gives `[B]`, in which
            `functools.partial` sets further arguments; or a tuple of some, which are added up.
        corruption: of `zoo/corruptions`, or another layer whose call on images with `training=True` spoils them.
        prior: a layer whose call without arguments gives p(z), for samples; training leaves it alone.
        range: (low, high) that x lies in, the pixels of black and of white, to which reconstructions are clipped; None
            for any numbers, and nothing is clipped.

    Raises:
        InputError: no range, or another than [0, 1] for the cross-entropy.

    Example:
        >>> import numpy as np, zoo
        >>> autoencoder = zoo.build("autoencoder", image_shape=(8, 8, 1), latent_dim=2)
        >>> autoencoder.compile("adam")
        >>> sorted(autoencoder.fit(np.zeros([10, 8, 8, 1]), verbose=0).history)
        ['loss']

    References:
        Baldi and Hornik 1989, "Neural Networks and Principal Component Analysis", for the linear case.
    """

    PARTS: ClassVar = {"encode": "encoder", "decode": "decoder"}

    def __init__(
        self, encoder, decoder, loss=squared_error, penalty=None, corruption=None, prior=None, range=UNIT, **kwargs
    ):
        super().__init__(**kwargs)
        self.range = check_limits(range)
        if loss is cross_entropy and self.range != UNIT:
            raise InputError(f"range is {range!r}, but the cross-entropy is of pixels in [0, 1]: take squared_error.")
        self.encoder, self.decoder, self.reconstruction_loss = encoder, decoder, loss
        self.penalty, self.corruption, self.prior = penalty, corruption, prior
        if penalty is not None:
            self.terms = MeanTerms(["reconstruction", "penalty"])

    def build(self, input_shape):
        self._image_shape = tuple(input_shape[1:])
        build_once(self.encoder, input_shape)
        code = self.encoder.compute_output_shape(input_shape)
        build_once(self.decoder, code)
        image = tuple(self.decoder.compute_output_shape(code))[1:]
        if image != self.image_shape:
            raise InputError(f"decoder gives images of shape {image}, but encoder takes {self.image_shape}.")
        if self.prior is not None:
            if self.prior.latent_dim != code[-1]:
                raise InputError(f"prior has latent_dim {self.prior.latent_dim}, but encoder gives {code[-1]} numbers.")
            build_once(self.prior)
        for each in (self.corruption, *self._penalties, self.reconstruction_loss):
            if isinstance(each, keras.layers.Layer):
                build_once(each, input_shape)
        self.built = True

    @property
    def latent_dim(self):
        """The size D of the code."""
        return self.encoder.output_shape[-1]

    @property
    def abilities(self):
        prior = self.prior
        return Abilities(
            encodes=True,
            decodes=True,
            samples=prior is not None,
            has_prior=prior is not None,
            takes_prior=True,
            has_loss_per_image=True,
            has_components=prior is not None and prior.has_components,
        )

    @property
    def adversarial(self):
        """Whether a penalty has a player of its own."""
        return any(getattr(each, "adversarial", False) for each in self._penalties)

    def take_any_range(self):
        if self.reconstruction_loss is not cross_entropy:
            self._amend(range=None)

    @functional
    def encode(self, x, training=None):
        """The code of each image: float32 `[B, D]`; `training` as of `zoo.vae.VAE.encode`."""
        return ops.cast(self.encoder(self._images(x), training=training), "float32")

    @functional
    def decode(self, z, training=None):
        """The image of each code, clipped to the range: float32 `[B, height, width, channels]`."""
        return self._clipped(self._output(z, training))

    def _output(self, z, training):
        return ops.cast(self.decoder(ops.convert_to_tensor(z, "float32"), training=training), "float32")

    def sample(self, n, seed):
        """Images of codes drawn from the prior; the same for the same seed, here and in every export.

        Args:
            n: how many.
            seed: an int, or a key, int32 `[2]`.

        Returns:
            float32 `[n, height, width, channels]`, in the range.

        Raises:
            InputError: there is no prior.
        """
        if self.prior is None:
            raise InputError(
                f"{self.name} has no density of codes to draw from: zoo.fitting.ex_post.fit_mixture_prior(model, "
                "images), or `zoo fit-prior`, gives it one."
            )
        check_count("n", n)
        return self.decode(draw(self.prior(), stream(seed, "codes of an autoencoder"), (n,)))

    @property
    def _penalties(self):
        return self.penalty if isinstance(self.penalty, tuple) else () if self.penalty is None else (self.penalty,)

    def loss_per_image(self, x, training=False):
        """loss(x, decoder(encoder(x))), which training makes small, without the penalty: float32 `[B]`."""
        x = ops.cast(x, "float32")
        return self._loss_and_code(x, self._spoiled(x, training), training)[0]

    def _spoiled(self, x, training):
        """The images as the encoder sees them."""
        return self.corruption(x, training=True) if training and self.corruption is not None else x

    def _loss_and_code(self, x, seen, training):
        z = self.encode(seen, training)
        # Not the reconstruction, which is clipped: an output beyond the range has to find its way back.
        return self.reconstruction_loss(x, self._output(z, training)), z

    def loss_and_terms(self, x, training=False):
        x = ops.cast(x, "float32")
        seen = self._spoiled(x, training)
        loss, z = self._loss_and_code(x, seen, training)
        if self.penalty is None:
            return (loss,)
        penalty = sum(each(self, seen, z, training=training) for each in self._penalties)
        return loss + penalty, loss, penalty
