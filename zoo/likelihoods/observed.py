"""Pixels of which some are missing."""

from zoo.distributions.observed_image import ObservedImage
from zoo.likelihoods.wrapping import Wrapping


class Observed(Wrapping):
    """log p(x_seen|z) = sum_i log p(x_i|z) over the pixels that are seen; NaN says that one is missing.

    That is all there is to say of an image whose pixels are missing at random: whether one is missing may depend on
    what is seen, and on nothing else. A missing pixel has no part in log p nor in a gradient.

    Any likelihood of independent pixels will do. Bits per dimension are left out: how many dimensions there are is each
    image's own.

    Args:
        likelihood: of independent pixels: `Bernoulli(decoder)`, say.

    Returns (of a call on z, `[..., D]`):
        A `zoo.distributions.observed_image.ObservedImage` with batch shape `[...]`.

    Raises:
        InputError: it is no likelihood, or has pixels that aren't independent.

    Example:
        >>> import numpy as np
        >>> from keras import ops
        >>> from zoo.likelihoods.bernoulli import Bernoulli
        >>> from zoo.networks.mlp import mlp_decoder
        >>> likelihood = Observed(Bernoulli(mlp_decoder((8, 8, 1), latent_dim=2)))
        >>> float(likelihood(ops.zeros([2])).log_prob(np.full([8, 8, 1], np.nan, "float32")))
        0.0

    References:
        Mattei and Frellsen 2019, "MIWAE: Deep Generative Modelling and Imputation of Incomplete Data Sets".
    """

    def of(self, image):
        return ObservedImage(image)
