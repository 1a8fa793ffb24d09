"""The posterior made by Householder flow."""

import keras
from keras import ops

from zoo.bijectors.householder import Householder as Reflection
from zoo.networks.shapes import check_sizes
from zoo.part import Composed
from zoo.posteriors.amortized_flow import AmortizedFlow


class Householder(AmortizedFlow):
    """A diagonal Gaussian, turned by reflections: a Gaussian whose covariance is U diag(scale^2) U', U orthogonal.

        z_0 ~ N(loc(x), diag(scale(x)^2))
        z_t = (I - 2 v_t v_t' / |v_t|^2) z_(t-1),   v_t = W_t v_(t-1) + c_t,   v_0 = encoder(x)
        log q(z_T|x) = log N(z_0; loc, diag(scale^2))

    Reflections keep volumes. Where a v is 0 its step is none. Drawing and the density are both a single pass.

    Args:
        encoder: a network, `[B, ...]` to `[B, features]`.
        latent_dim: the size D of z.
        steps: how many reflections, T.

    Returns (of a call on x):
        `tfd.TransformedDistribution` with batch shape `[B]` and event shape `[D]`.

    Raises:
        InputError: a size that isn't a positive integer.

    Example:
        >>> from zoo.networks.mlp import mlp_encoder
        >>> posterior = Householder(mlp_encoder((8, 8, 1)), latent_dim=4)
        >>> posterior(ops.zeros([3, 8, 8, 1])).event_shape[0]
        4

    References:
        Tomczak and Welling 2016, "Improving Variational Auto-Encoders using Householder Flow".
    """

    def __init__(self, encoder, latent_dim, steps=10, **kwargs):
        (latent_dim,), (steps,) = check_sizes("latent_dim", (latent_dim,)), check_sizes("steps", (steps,))
        super().__init__(encoder, latent_dim, steps, InTurn(steps, latent_dim, name="steps"), **kwargs)

    def step(self, theta, number):
        return Reflection(theta)


class InTurn(Composed, keras.layers.Layer):
    """v_1 .. v_T, side by side: each is a dense layer on the one before, without an activation.

    Args:
        steps: how many, T.
        units: the size D of each.

    Example:
        >>> tuple(InTurn(steps=3, units=2)(ops.zeros([5, 10])).shape)
        (5, 6)
    """

    def __init__(self, steps, units, **kwargs):
        super().__init__(**kwargs)
        self.steps, self.units = steps, units
        self.layers = [keras.layers.Dense(units, name=f"v_{step}") for step in range(steps)]

    def build(self, input_shape):
        for layer in self.layers:
            layer.build(input_shape)
            input_shape = (None, self.units)
        self.built = True

    def call(self, features):
        found = [features]
        for layer in self.layers:
            found.append(layer(found[-1]))
        return ops.concatenate(found[1:], axis=-1)
