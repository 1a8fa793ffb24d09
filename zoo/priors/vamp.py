"""The VampPrior: the mixture of the posteriors of a few images that are trained."""

import keras
from keras import ops

from zoo.errors import InputError
from zoo.priors.of_images import OfImages
from zoo.probability import tfd


class Vamp(OfImages):
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

    kept = "pseudo-inputs to start from"

    def build(self, input_shape=None):
        self.pseudo_inputs = self.add_images(
            "pseudo_inputs", lambda low, high: keras.initializers.RandomNormal((low + high) / 2, (high - low) / 10)
        )
        self.built = True

    def start_from(self, images):
        """Begins with the first K images for pseudo-inputs.

        Raises:
            InputError: there are fewer.
        """
        self.pseudo_inputs.assign(self.first_of(images))

    def call(self, inputs=None, training=None):
        u = ops.convert_to_tensor(self.pseudo_inputs)
        if self.range is not None:
            u = ops.clip(u, *self.range)
        components = self.inferred(u, training)
        if not isinstance(components, tfd.Distribution):
            raise InputError(
                f"posterior gives a {type(components).__name__}, which no mixture of tfd's takes: give a Vamp a "
                "posterior that gives a tfd.Distribution, as Gaussian and IAF do."
            )
        return self.mixture_of(components)
