"""Grey values from black to white, with the density that a Bernoulli lacks."""

from zoo.distributions.continuous_bernoulli import ContinuousBernoulli as ContinuousBernoulliDistribution
from zoo.distributions.continuous_bernoulli import logit_of_mean
from zoo.likelihoods.likelihood import Likelihood
from zoo.probability import tfd


class ContinuousBernoulli(Likelihood):
    """log p(x|z) = sum_i x_i log p_i + (1 - x_i) log(1 - p_i) + log C(p_i), p = sigmoid(decoder(z)), x from 0 to 1.

    C is what makes it integrate to one. A Bernoulli likelihood of grey values lacks it, and so is no density.

    Args:
        decoder: a network, `[B, D]` to `[B, height, width, channels]`.

    Returns (of a call on z, `[..., D]`):
        A distribution with batch shape `[...]` and event shape `[height, width, channels]`; its mean isn't p.

    Example:
        >>> from keras import ops
        >>> from zoo.networks.mlp import mlp_decoder
        >>> likelihood = ContinuousBernoulli(mlp_decoder((8, 8, 1), latent_dim=2))
        >>> tuple(likelihood(ops.zeros([5, 3, 2])).mean().shape)
        (5, 3, 8, 8, 1)

    References:
        Loaiza-Ganem and Cunningham 2019, "The Continuous Bernoulli: Fixing a Pervasive Error in Variational
        Autoencoders".
    """

    def distribution(self, output):
        return tfd.Independent(ContinuousBernoulliDistribution(output), self.rank)

    def output_for(self, mean, deviation=None):
        return logit_of_mean(mean)
