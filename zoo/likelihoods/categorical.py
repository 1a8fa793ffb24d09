"""8-bit pixels, each of whose 256 values has a probability of its own."""

import numpy as np
from keras import ops

from zoo.data.pixels import check_levels
from zoo.distributions.continuous_bernoulli import logit_of_mean
from zoo.distributions.levels import COUNT, Levels
from zoo.likelihoods.likelihood import Likelihood
from zoo.probability import tfd


class Categorical(Likelihood):
    """P(x|z) = prod_i softmax(decoder(z)_i)_(255 x_i): any distribution over the 256 values, of each pixel.

    It knows nothing of which values are near each other, and learns from many images only.

    Args:
        decoder: a network, `[B, D]` to `[B, height, width, 256 * channels]`: each channel's 256 logits in a row.

    Returns (of a call on z, `[..., D]`):
        A distribution with batch shape `[...]` and event shape `[height, width, channels]`.

    Example:
        >>> from zoo.networks.mlp import mlp_decoder
        >>> likelihood = Categorical(mlp_decoder((4, 4, 3), latent_dim=2, parameters=Categorical.parameters))
        >>> tuple(likelihood(ops.zeros([3, 2])).mean().shape)
        (3, 4, 4, 3)

    References:
        van den Oord et al. 2016, "Pixel Recurrent Neural Networks", section 3.3.
    """

    parameters = COUNT
    eight_bit = True

    def distribution(self, output):
        logits = ops.reshape(output, (*ops.shape(output)[:-1], output.shape[-1] // COUNT, COUNT))
        return tfd.Independent(Levels(logits), self.rank)

    def output_for(self, mean, deviation=None):
        # The flattest distribution of that mean has logits that rise evenly, as the continuous Bernoulli's.
        slope = logit_of_mean(mean)[..., None]
        return (slope * (np.linspace(0, 1, COUNT) - 0.5)).reshape(*np.shape(mean)[:-1], -1)

    def check(self, x, name):
        check_levels(x, name, "a categorical likelihood")
