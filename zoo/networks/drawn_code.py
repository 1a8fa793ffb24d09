"""An encoder of an autoencoder that draws its codes in training."""

import keras

from zoo.part import Composed, build_once
from zoo.probability import sampler_seed
from zoo.random import center, draw


class DrawnCode(Composed, keras.layers.Layer):
    """z ~ q(z|x) in training, and the mean of q(z|x) elsewhere.

    Args:
        posterior: one of `zoo/posteriors` whose draws have a gradient, Gaussian say.

    Returns (of a call on x):
        float32 `[B, D]`.

    Example:
        >>> from keras import ops
        >>> from zoo.networks.mlp import mlp_encoder
        >>> from zoo.posteriors.gaussian import Gaussian
        >>> encoder = DrawnCode(Gaussian(mlp_encoder((8, 8, 1)), latent_dim=2))
        >>> tuple(encoder(ops.zeros([5, 8, 8, 1])).shape)
        (5, 2)
    """

    def __init__(self, posterior, **kwargs):
        super().__init__(**{**kwargs, "dtype": "float32"})
        self.posterior = posterior
        self.seed_generator = keras.random.SeedGenerator()

    def build(self, input_shape):
        build_once(self.posterior, input_shape)
        self.built = True

    def call(self, x, training=None):
        q = self.posterior(x, training=training)
        return draw(q, sampler_seed(self.seed_generator)) if training else center(q)

    @property
    def output_shape(self):
        return (None, self.posterior.latent_dim)

    def compute_output_shape(self, input_shape):
        return (input_shape[0], self.posterior.latent_dim)
