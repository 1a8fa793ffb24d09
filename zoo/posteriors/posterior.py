"""What posteriors have in common: what the encoder says of x, and the distribution that is made of it."""

from zoo.part import Part


class Posterior(Part):
    """q(z|x) = given(*statistics(x)): all that depends on x goes through the statistics.

    So the best q for one x alone, of the kind that the encoder chooses from, is found by optimizing the statistics
    (`zoo.evaluation.likelihood.local_posterior`). A subclass has both methods, and a `latent_dim`. `training` is for
    the networks: dropout and batch normalization go by it.

    Example:
        >>> import keras
        >>> from zoo.networks.mlp import mlp_encoder
        >>> from zoo.posteriors.gaussian import Gaussian
        >>> posterior = Gaussian(mlp_encoder((8, 8, 1)), latent_dim=2)
        >>> (parameters,) = posterior.statistics(keras.ops.zeros([3, 8, 8, 1]))
        >>> tuple(parameters.shape), posterior.given(parameters).event_shape[0]
        ((3, 4), 2)
    """

    def statistics(self, x, training=None):
        """What the networks say of x: a tuple of tensors, each `[B, ...]`."""
        raise NotImplementedError

    def given(self, *statistics):
        """The distribution over z, with batch shape `[B]` and event shape `[D]`, that the statistics stand for."""
        raise NotImplementedError

    def call(self, x, training=None):
        return self.given(*self.statistics(x, training=training))
