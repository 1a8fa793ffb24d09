"""8-bit pixels of several humps, whose channels see each other."""

import numpy as np
from keras import ops

from zoo.data.pixels import check_levels
from zoo.distributions.discretized_logistic_mixture import DiscretizedLogisticMixture as Mixture
from zoo.errors import InputError
from zoo.likelihoods.discretized_logistic import MIN_SCALE
from zoo.likelihoods.likelihood import Likelihood
from zoo.networks.shapes import check_sizes
from zoo.numerics.stable import softplus
from zoo.probability import tfd


class DiscretizedLogisticMixture(Likelihood):
    """P(x|z) of pixels k/255, each a mixture of K discretized logistics; green goes by red, and blue by both.

        P(x|z) = prod_i sum_k pi_ik prod_c P(x_ic; loc_ick + sum_(j < c) t_icjk (x_ij - 1/2), scale_ick)

    The channels of a pixel share the component. At the start the components' locations lie from 0.15 below to 0.15
    above one another's middle, at a scale of 0.1: equal ones would stay nearly so for long.

    A draw is exact: the component, then red, green and blue, for all pixels at once. The mean image is exact for grey
    images; in colour the mean of red stands for red in green's mean, which is off by what is cut at black and white.

    Args:
        decoder: a network, `[B, D]` to `[B, height, width, 4 * components * channels]`: for the mixture's logits (to
            which each channel adds), for loc, for the scale and for t, up to tanh, K numbers for each channel in turn.
            Of grey images those for t are idle.
        components: K.

    Returns (of a call on z, `[..., D]`):
        A distribution with batch shape `[...]` and event shape `[height, width, channels]`.

    Raises:
        InputError: a number of components that isn't positive, vectors, or more than 3 channels.

    Example:
        >>> from zoo.networks.mlp import mlp_decoder
        >>> decoder = mlp_decoder((8, 8, 3), latent_dim=2, parameters=DiscretizedLogisticMixture.parameters_for())
        >>> tuple(DiscretizedLogisticMixture(decoder)(ops.zeros([3, 2])).mean().shape)
        (3, 8, 8, 3)

    References:
        Salimans et al. 2017, "PixelCNN++: Improving the PixelCNN with Discretized Logistic Mixture Likelihood and Other
        Modifications", sections 2.1 and 2.2.
    """

    parameters = 20
    eight_bit = True

    def __init__(self, decoder, components=5, **kwargs):
        super().__init__(decoder, **kwargs)
        self.components, self.parameters = components, self.parameters_for(components)

    @classmethod
    def parameters_for(cls, components=5, **arguments):
        return 4 * check_sizes("components", (components,))[0]

    def build(self, input_shape):
        super().build(input_shape)
        channels = self.decoder.compute_output_shape((None, input_shape[-1]))[-1] // self.parameters
        _check(channels if self.rank == 3 else "vectors")

    def distribution(self, output):
        channels = output.shape[-1] // self.parameters
        _check(channels)
        votes, loc, raw_scale, raw_coupling = ops.split(output, 4, axis=-1)
        logits = sum(ops.split(votes, channels, axis=-1))
        # As a discretized logistic's, softplus(-2.25) = 0.1.
        scale = softplus(raw_scale - 2.25) + MIN_SCALE
        pairs = channels * (channels - 1) // 2
        coupling = ops.tanh(raw_coupling[..., : pairs * self.components]) if pairs else None
        return tfd.Independent(Mixture(logits, loc + 0.5 + self._apart(channels), scale, coupling), 2)

    def _apart(self, channels):
        apart = np.linspace(-0.15, 0.15, self.components) if self.components > 1 else np.zeros(1)
        return np.tile(apart, channels).astype("float32")

    def output_for(self, mean, deviation=None):
        loc = np.repeat(np.asarray(mean) - 0.5, self.components, axis=-1)
        return np.concatenate([0 * loc, loc, 0 * loc, 0 * loc], axis=-1)

    def check(self, x, name):
        check_levels(x, name, "a mixture of discretized logistics")


def _check(channels):
    if channels not in (1, 2, 3):
        raise InputError(
            f"a mixture of discretized logistics is for images of 1 to 3 channels, and decoder gives {channels}: take "
            "a DiscretizedLogistic."
        )
