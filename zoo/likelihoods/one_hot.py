"""A label's one-hot vector: one of the views of something, say."""

import numpy as np

from zoo.distributions.one_hot_image import OneHotImage
from zoo.errors import InputError
from zoo.likelihoods.likelihood import Likelihood


class OneHot(Likelihood):
    """log p(x|z) = log softmax(decoder(z))_k, where x is 1 at k and 0 elsewhere.

    Beside an image's pixels in a `Views` likelihood it is the image's label, as something that is observed.

    Args:
        decoder: a network, `[B, D]` to `[B, K]`, or to `[B, height, width, channels]`.

    Returns (of a call on z, `[..., D]`):
        A `zoo.distributions.one_hot_image.OneHotImage`, whose mean are the probabilities of each.

    Example:
        >>> from keras import ops
        >>> from zoo.networks.mlp import mlp_decoder
        >>> likelihood = OneHot(mlp_decoder((10,), latent_dim=2))
        >>> likelihood.build((None, 2))
        >>> tuple(likelihood(ops.zeros([5, 3, 2])).mean().shape)
        (5, 3, 10)

    References:
        Wu and Goodman 2018, "Multimodal Generative Models for Scalable Weakly-Supervised Learning".
    """

    binary = True

    def distribution(self, output):
        return OneHotImage(output, self.rank)

    def output_for(self, mean, deviation=None):
        # One that never is keeps a small chance.
        return np.log(np.maximum(mean, 1e-3))

    def check(self, x, name):
        flat = x.reshape(len(x), -1)
        if not (np.isin(flat, (0, 1)).all() and (flat.sum(axis=1) == 1).all()):
            raise InputError(f"{name} isn't one-hot: give zeros and one 1, np.eye(10)[labels] say.")
