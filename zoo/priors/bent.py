"""The base of flows as priors: N(0, I), bent by steps, moved and scaled."""

import abc

import keras
from keras import ops

from zoo.networks.shapes import check_sizes
from zoo.numerics.stable import softplus
from zoo.priors.prior import Prior
from zoo.probability import tfb, tfd


class Bent(Prior):
    """z = loc + scale * f(u), u ~ N(0, I), where f is the steps that a subclass has.

    loc starts at 0, and scale, softplus(raw), at 1.

    Args:
        latent_dim: the size D of z.
        steps: how many, T.

    Returns (of a call):
        `tfd.TransformedDistribution` with event shape `[D]`, no batch shape.

    Raises:
        InputError: a size that isn't a positive integer.

    Example:
        >>> from zoo.priors.flow import Flow
        >>> isinstance(Flow(2), Bent)
        True
    """

    def __init__(self, latent_dim, steps, **kwargs):
        super().__init__(**kwargs)
        self.latent_dim, self.steps = check_sizes("latent_dim", (latent_dim,)) + check_sizes("steps", (steps,))

    @abc.abstractmethod
    def build_networks(self):
        """Builds the networks of the steps."""

    @abc.abstractmethod
    def bend(self):
        """The bijectors from u to f(u), in their order."""

    def build(self, input_shape=None):
        self.build_networks()
        self.loc = self.add_weight(shape=(self.latent_dim,), initializer="zeros", name="loc")
        # softplus(0.5413) = 1.
        self.raw_scale = self.add_weight(
            shape=(self.latent_dim,), initializer=keras.initializers.Constant(0.5413248), name="raw_scale"
        )
        self.built = True

    def call(self, inputs=None):
        loc, raw_scale = ops.convert_to_tensor(self.loc), ops.convert_to_tensor(self.raw_scale)
        # Not tfb.Scale, whose log determinant TFLite gets wrong.
        chain = [*self.bend(), tfb.ScaleMatvecDiag(softplus(raw_scale)), tfb.Shift(loc)]
        zeros = ops.zeros([self.latent_dim])
        base = tfd.Independent(tfd.Normal(zeros, ops.ones_like(zeros)), 1)
        # tfb.Chain applies its last bijector first.
        return tfd.TransformedDistribution(base, tfb.Chain(chain[::-1]))
