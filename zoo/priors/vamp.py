"""The VampPrior: the mixture of the posteriors of a few images that are trained."""

import keras
import numpy as np
from keras import ops

from zoo.errors import InputError
from zoo.networks.shapes import check_sizes
from zoo.part import build_once
from zoo.priors.prior import Prior
from zoo.probability import tfd


class Vamp(Prior):
    """p(z) = 1/K sum_k q(z|u_k), where q is the model's own posterior and the pseudo-inputs u_k are trained.

    The best prior for the ELBO is the mean of the posteriors of all images, which overfits them; this one is that of K.

    Args:
        posterior: the model's own, whose weights it shares.
        image_shape: that of the images.
        components: how many pseudo-inputs, K.
        range: (low, high), what images lie in and pseudo-inputs are clipped to; None for any numbers.

    Returns (of a call):
        `tfd.MixtureSameFamily` with event shape `[D]`, no batch shape.

    Raises:
        InputError: `components` isn't a positive integer, or the posterior has no density.

    Example:
        >>> from zoo.networks.mlp import mlp_encoder
        >>> from zoo.posteriors.gaussian import Gaussian
        >>> prior = Vamp(Gaussian(mlp_encoder((8, 8, 1)), latent_dim=2), (8, 8, 1), components=5)
        >>> prior().event_shape[0]
        2

    References:
        Tomczak and Welling 2018, "VAE with a VampPrior", equation 9.
    """

    has_components = True

    def __init__(self, posterior, image_shape, components=500, range=(0.0, 1.0), **kwargs):
        super().__init__(**kwargs)
        self.posterior, self.range, self.latent_dim = posterior, range, posterior.latent_dim
        self.image_shape = check_sizes("image_shape", image_shape)
        (self.components,) = check_sizes("components", (components,))

    def build(self, input_shape=None):
        build_once(self.posterior, (None, *self.image_shape))
        low, high = self.range or (-1.0, 1.0)
        self.pseudo_inputs = self.add_weight(
            shape=(self.components, *self.image_shape),
            initializer=keras.initializers.RandomNormal((low + high) / 2, (high - low) / 10),
            name="pseudo_inputs",
        )
        self.built = True

    def start_from(self, images):
        """Begins with the first K images for pseudo-inputs.

        Raises:
            InputError: there are fewer.
        """
        if len(images) < self.components:
            raise InputError(
                f"components is {self.components}, but there are {len(images)} images for so many pseudo-inputs to "
                "start from: give fewer components, or more images."
            )
        self.pseudo_inputs.assign(images[: self.components])

    def call(self, inputs=None, training=None):
        u = ops.convert_to_tensor(self.pseudo_inputs)
        if self.range is not None:
            u = ops.clip(u, *self.range)
        components = quietly(self.posterior, u, training)
        if not isinstance(components, tfd.Distribution):
            raise InputError(
                f"posterior gives a {type(components).__name__}, which no mixture of tfd's takes: give a Vamp a "
                "posterior that gives a tfd.Distribution, as Gaussian and IAF do."
            )
        return tfd.MixtureSameFamily(tfd.Categorical(logits=ops.zeros([self.components])), components)

    def _clear_losses(self):
        """Leaves the posterior's losses, which are of the images that it has seen: Keras asks before each call."""

    def log_components(self, z):
        """log 1/K + log q(z|u_k), `[..., K]`, at z `[..., D]`."""
        return self().components_distribution.log_prob(ops.expand_dims(z, -2)) - np.log(self.components)


def quietly(posterior, u, training=None):
    """q(z|u) of images that aren't the batch's.

    What the encoder's regularizers and moving averages make of them counts for nothing: it is for data.

    Args:
        posterior: of a model.
        u: `[K, height, width, channels]`.
        training: as of the posterior's call.

    Returns:
        What the posterior gives, of batch shape `[K]`.

    Example:
        >>> from zoo.networks.mlp import mlp_encoder
        >>> from zoo.posteriors.gaussian import Gaussian
        >>> posterior = Gaussian(mlp_encoder((8, 8, 1)), latent_dim=2)
        >>> posterior.build((None, 8, 8, 1))
        >>> quietly(posterior, ops.zeros([5, 8, 8, 1])).batch_shape[0]
        5
    """
    weights = (posterior.trainable_variables, posterior.non_trainable_variables)
    trainable, others = ([v.value for v in each] for each in weights)
    found, _ = posterior.stateless_call(trainable, others, u, training=training)
    return found
