"""A prior made of training images, which are in the model's file."""

import keras
from keras import ops

from zoo.numerics.stable import softplus
from zoo.priors.of_images import OfImages
from zoo.probability import tfd
from zoo.random import center


class Exemplar(OfImages):
    """p(z) = 1/K sum_k N(z; mu(x_k), s^2 I), where mu(x) is the mean of the model's own posterior and x_k are images.

    The exemplars x_k are training images, chosen by chance, as they are; `start_from` takes them. They are weights that
    aren't trained, so they lie in every file of the model, where anybody can look at them: `training_images` says how
    many, and so does the card of a run and of its exports. The encoder and s, one scale for all, are trained.

    The paper leaves an image's own component out while it trains on that image. Here a prior is a density of z and
    doesn't know of which image z is a code, so an exemplar's own component counts: the bound on the K images that are
    exemplars is better than that on others, and s is drawn towards what suits them. That concerns K of N training
    images: keep K small beside N. Figures of validation and test images have nothing of it. With all training images
    for exemplars, training would learn them by heart, and s would shrink to its least.

    Args:
        posterior: the model's own, whose weights it shares.
        image_shape: that of the images.
        components: how many exemplars, K.
        range: (low, high), what images lie in; None for any numbers. Until there are images, exemplars are noise in it.
        min_scale: the lower bound of s.

    Returns (of a call):
        `tfd.MixtureSameFamily` with event shape `[D]`, no batch shape.

    Raises:
        InputError: `components` isn't a positive integer.

    Example:
        >>> from zoo.networks.mlp import mlp_encoder
        >>> from zoo.posteriors.gaussian import Gaussian
        >>> prior = Exemplar(Gaussian(mlp_encoder((8, 8, 1)), latent_dim=2), (8, 8, 1), components=5)
        >>> prior().event_shape[0], prior.training_images
        (2, 5)

    References:
        Norouzi et al. 2020, "Exemplar VAE: Linking Generative Models, Nearest Neighbor Retrieval, and Data
        Augmentation".
    """

    kept = "exemplars"

    def __init__(self, posterior, image_shape, components=500, range=(0.0, 1.0), min_scale=1e-2, **kwargs):
        super().__init__(posterior, image_shape, components, range, **kwargs)
        self.min_scale = min_scale

    @property
    def training_images(self):
        return self.components

    def build(self, input_shape=None):
        self.exemplars = self.add_images("exemplars", keras.initializers.RandomUniform, trainable=False)
        # softplus(0.5413) = 1.
        self.raw_scale = self.add_weight(shape=(), initializer=keras.initializers.Constant(0.5413248), name="raw_scale")
        self.built = True

    def start_from(self, images):
        """Takes the first K images for exemplars.

        Raises:
            InputError: there are fewer.
        """
        self.exemplars.assign(self.first_of(images))

    def call(self, inputs=None, training=None):
        loc = center(self.inferred(ops.convert_to_tensor(self.exemplars), training))
        scale = softplus(ops.convert_to_tensor(self.raw_scale)) + self.min_scale
        return self.mixture_of(tfd.Independent(tfd.Normal(loc, scale * ops.ones_like(loc)), 1))
