"""A prior made by affine couplings."""

import keras
from keras import ops

from zoo.bijectors.coupled import coupled
from zoo.networks.coupling import Coupling, partings
from zoo.networks.shapes import check_sizes
from zoo.numerics.stable import softplus
from zoo.priors.prior import Prior
from zoo.probability import tfb, tfd


class Flow(Prior):
    """N(0, I), bent by steps that each scale and shift one part of the dimensions as the other part says.

        u_0 ~ N(0, I);  in step t, the dimensions a stay and the others b become
        u_t[b] = u_(t-1)[b] * exp(s_t) + m_t,   [m_t, r_t] = network_t(u_(t-1)[a]),  s_t = 2 tanh(r_t / 2)
        z = loc + scale * u_T
        log p(z) = log N(u_0; 0, I) - sum_t sum_b s_t - sum_d log scale_d

    Drawing and the density are both a single pass. Steps 2 i and 2 i + 1 part the dimensions by bit i of their number,
    with the roles exchanged; after the last bit comes the first again. Any two dimensions are parted by one of the
    bits. The networks' last layers start at 0: the flow starts as N(0, I), if its steps aren't given other weights.

    Args:
        latent_dim: the size D of z, 2 at least.
        steps: how many couplings, T.
        units: the width of each hidden layer of each step's network.

    Returns (of a call):
        `tfd.TransformedDistribution` with event shape `[D]`, no batch shape.

    Raises:
        InputError: a size that isn't a positive integer, or a single dimension, which has no other to go by.

    Example:
        >>> prior = Flow(latent_dim=2)
        >>> round(float(prior().log_prob([0.0, 0.0])), 4)
        -1.8379

    References:
        Dinh et al. 2017, "Density Estimation Using Real NVP", section 3; Chen et al. 2017, "Variational Lossy
        Autoencoder", section 3.2, for a flow as the prior of a VAE.
    """

    def __init__(self, latent_dim, steps=8, units=(64, 64), **kwargs):
        super().__init__(**kwargs)
        self.latent_dim, self.steps = check_sizes("latent_dim", (latent_dim,)) + check_sizes("steps", (steps,))
        self.orders = partings(self.latent_dim, self.steps)
        self.couplings = [
            Coupling(self.latent_dim - stay, units, name=f"coupling_{step}")
            for step, (_, stay) in enumerate(self.orders)
        ]

    def build(self, input_shape=None):
        for (_, stay), coupling in zip(self.orders, self.couplings, strict=True):
            coupling.build((None, stay))
        self.loc = self.add_weight(shape=(self.latent_dim,), initializer="zeros", name="loc")
        # softplus(0.5413) = 1.
        self.raw_scale = self.add_weight(
            shape=(self.latent_dim,), initializer=keras.initializers.Constant(0.5413248), name="raw_scale"
        )
        self.built = True

    def call(self, inputs=None):
        chain = []
        for (order, stay), coupling in zip(self.orders, self.couplings, strict=True):
            chain += coupled(order, stay, coupling)
        loc, raw_scale = ops.convert_to_tensor(self.loc), ops.convert_to_tensor(self.raw_scale)
        # Not tfb.Scale, whose log determinant TFLite gets wrong.
        chain += [tfb.ScaleMatvecDiag(softplus(raw_scale)), tfb.Shift(loc)]
        zeros = ops.zeros([self.latent_dim])
        base = tfd.Independent(tfd.Normal(zeros, ops.ones_like(zeros)), 1)
        # tfb.Chain applies its last bijector first.
        return tfd.TransformedDistribution(base, tfb.Chain(chain[::-1]))
