"""The base of priors that are mixtures with a component for each of some images."""

from abc import abstractmethod

import numpy as np
from keras import ops

from zoo.errors import InputError
from zoo.networks.shapes import check_sizes
from zoo.part import build_once
from zoo.priors.prior import Prior
from zoo.probability import tfd


class OfImages(Prior):
    """p(z) = 1/K sum_k p_k(z), where p_k is made of what the model's own posterior says of the k-th image.

    A subclass has the images for a weight, and makes a mixture of the components in its `call`.

    Args:
        posterior: the model's own, whose weights it shares.
        image_shape: that of the images.
        components: how many images, K.
        range: (low, high), what images lie in; None for any numbers.

    Raises:
        InputError: `components` isn't a positive integer.

    Example:
        >>> from zoo.priors.vamp import Vamp
        >>> issubclass(Vamp, OfImages)
        True
    """

    has_components = True
    #: What the images are to it, in words.
    kept = "images"

    def __init__(self, posterior, image_shape, components=500, range=(0.0, 1.0), **kwargs):
        super().__init__(**kwargs)
        self.posterior, self.range, self.latent_dim = posterior, range, posterior.latent_dim
        self.image_shape = check_sizes("image_shape", image_shape)
        (self.components,) = check_sizes("components", (components,))

    @abstractmethod
    def call(self, inputs=None, training=None):
        """The mixture, as of `Prior`. Training is the posterior's."""

    def add_images(self, name, initializer, trainable=True):
        """The weight of the images; `initializer` is a function of the lowest and the highest of their numbers."""
        build_once(self.posterior, (None, *self.image_shape))
        shape, ends = (self.components, *self.image_shape), self.range or (-1.0, 1.0)
        return self.add_weight(shape=shape, initializer=initializer(*ends), trainable=trainable, name=name)

    def first_of(self, images):
        """The first K images.

        Raises:
            InputError: there are fewer.
        """
        if len(images) < self.components:
            raise InputError(
                f"components is {self.components}, but there are {len(images)} images for so many {self.kept}: give "
                "fewer components, or more images."
            )
        return images[: self.components]

    def inferred(self, images, training=None):
        """q(z|u) of images that aren't the batch's, of batch shape `[K]`.

        What the encoder's regularizers and moving averages make of them counts for nothing: it is for data.

        Args:
            images: u, `[K, height, width, channels]`.
            training: as of the posterior's call.
        """
        weights = (self.posterior.trainable_variables, self.posterior.non_trainable_variables)
        trainable, others = ([v.value for v in each] for each in weights)
        found, _ = self.posterior.stateless_call(trainable, others, images, training=training)
        return found

    def mixture_of(self, components):
        """The mixture of a distribution of batch shape `[K]`."""
        return tfd.MixtureSameFamily(tfd.Categorical(logits=ops.zeros([self.components])), components)

    def _clear_losses(self):
        """Leaves the posterior's losses, which are of the images that it has seen: Keras asks before each call."""

    def log_components(self, z):
        """log 1/K + log p_k(z), `[..., K]`, at z `[..., D]`."""
        return self().components_distribution.log_prob(ops.expand_dims(z, -2)) - np.log(self.components)
