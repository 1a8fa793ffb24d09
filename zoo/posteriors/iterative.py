"""The posterior whose statistics a learned network improves, step by step, by what it sees of the ELBO's gradient."""

import keras
from keras import ops

from zoo.networks.shapes import check_sizes
from zoo.part import build_once
from zoo.posteriors.refined import Refined


class Iterative(Refined):
    """A Gaussian whose statistics are the encoder's after T updates of a network that learns how to update them.

        s_0 = [loc(x), raw(x)],   s_(t+1) = s_t + sigmoid(r) * m
        [m, r] = V elu(W [s_t, sign(g_t) log(1 + |g_t|)] + b) + c,   g_t = grad_s L_t(s_t)

    L_t is the ELBO of two fixed points (`zoo.posteriors.refined.Refined`). One network serves all steps. V and c begin
    at zero, and with them the moves: training begins at the encoder's own Gaussian. The logarithm shows gradients of
    any size; the paper normalizes them. It maximizes the bounds after all steps, and this the last one.

    Args:
        initial: the `zoo.posteriors.gaussian.Gaussian` whose statistics are s_0.
        steps: how many, T; with none this is the Gaussian.
        units: the width of the network's hidden layer.

    Returns (of a call on x, with log_joint):
        `tfd.Independent(tfd.Normal)` with batch shape `[B]` and event shape `[D]`.

    Raises:
        InputError: as of `Refined`, or a width that isn't a positive integer.

    Example:
        >>> from zoo.networks.mlp import mlp_encoder
        >>> from zoo.posteriors.gaussian import Gaussian
        >>> posterior = Iterative(Gaussian(mlp_encoder((8, 8, 1)), latent_dim=2), steps=3)
        >>> q = posterior(ops.zeros([3, 8, 8, 1]), log_joint=lambda z: -ops.sum(z**2, axis=-1) / 2)
        >>> q.batch_shape[0], q.event_shape[0]
        (3, 2)

    References:
        Marino et al. 2018, "Iterative Amortized Inference".
    """

    def __init__(self, initial, steps=4, units=64, **kwargs):
        super().__init__(initial, steps, **kwargs)
        (self.units,) = check_sizes("units", (units,))
        if steps:
            self.hidden = keras.layers.Dense(self.units, "elu", name="hidden")
            self.head = keras.layers.Dense(4 * self.latent_dim, kernel_initializer="zeros", name="move_and_gate")

    def build(self, input_shape):
        build_once(self.initial, input_shape)
        if self.steps:
            self.hidden.build((None, 4 * self.latent_dim))
            self.head.build((None, self.units))
        self.built = True

    def update(self, statistics, slope):
        seen = ops.concatenate([statistics, ops.sign(slope) * ops.log1p(ops.abs(slope))], axis=-1)
        move, gate = ops.split(ops.cast(self.head(self.hidden(seen)), "float32"), 2, axis=-1)
        return statistics + ops.sigmoid(gate) * move
