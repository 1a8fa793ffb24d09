"""The base of posteriors whose flow is a different one for each x."""

from abc import abstractmethod

import keras
from keras import ops

from zoo.distributions.diagonal_normal import diagonal_normal
from zoo.part import build_once
from zoo.posteriors.posterior import Posterior
from zoo.probability import tfb, tfd


class AmortizedFlow(Posterior):
    """A diagonal Gaussian, bent by steps whose parameters are numbers that a layer makes of the encoder's features.

        z_0 ~ N(loc(x), diag(scale(x)^2));   z_t = f(z_(t-1); theta_t(x)), t = 1 .. T
        log q(z_T|x) = log N(z_0; loc, diag(scale^2)) - sum_t log |det dz_t/dz_(t-1)|

    A subclass's `step` makes a bijector of theta_t. No network sees z: a step is as rich as its few numbers.

    Args:
        encoder: a network, `[B, ...]` to `[B, features]`.
        latent_dim: the size D of z.
        steps: how many, T.
        of_steps: a layer, `[B, features]` to `[B, T * numbers]`: theta_1 .. theta_T, side by side.

    Returns (of a call on x):
        `tfd.TransformedDistribution` with batch shape `[B]` and event shape `[D]`.

    Example:
        >>> from zoo.networks.mlp import mlp_encoder
        >>> from zoo.posteriors.planar import Planar
        >>> Planar(mlp_encoder((8, 8, 1)), latent_dim=2, steps=3).of_steps.units  # u, w and b of each
        15
    """

    def __init__(self, encoder, latent_dim, steps, of_steps, **kwargs):
        super().__init__(**kwargs)
        self.encoder, self.latent_dim, self.steps, self.of_steps = encoder, latent_dim, steps, of_steps
        self.head = keras.layers.Dense(2 * latent_dim, name="loc_and_scale")

    def build(self, input_shape):
        build_once(self.encoder, input_shape)
        features = self.encoder.compute_output_shape(input_shape)
        self.head.build(features)
        self.of_steps.build(features)
        self.built = True

    def statistics(self, x, training=None):
        features = self.encoder(x, training=training)
        return self.head(features), self.of_steps(features)

    def given(self, statistics, log_joint=None):
        parameters, of_steps = statistics
        each = ops.split(ops.cast(of_steps, "float32"), self.steps, axis=-1)
        chain = [self.step(theta, number) for number, theta in enumerate(each)]
        # tfb.Chain applies its last bijector first.
        return tfd.TransformedDistribution(diagonal_normal(parameters), tfb.Chain(chain[::-1]))

    @abstractmethod
    def step(self, theta, number):
        """The bijector of a step's numbers.

        Args:
            theta: float32 `[B, numbers]`.
            number: which step it is, from 0.
        """
