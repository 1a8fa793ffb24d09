"""The posterior whose draws follow Hamiltonian dynamics to where p(x, z) is large."""

import math

from keras import ops

from zoo.distributions.diagonal_normal import MIN_SCALE
from zoo.errors import InputError
from zoo.networks.conditioned import Conditioned
from zoo.numerics.counts import check_count, check_positive
from zoo.numerics.gradient import gradient
from zoo.numerics.stable import inverse_softplus, softplus
from zoo.part import build_once
from zoo.posteriors.posterior import Posterior
from zoo.probability import tfd
from zoo.random import center, draw_and_log_prob, split


class Hamiltonian(Posterior):
    """A draw of another posterior, q_0, moved by T leapfrog steps on H(z, v) = -log p(x, z) + |v|^2 / 2.

        z ~ q_0(z|x),   v ~ N(0, I)
        T times:   v <- v + e/2 grad_z log p(x, z);   z <- z + e v;   v <- v + e/2 grad_z log p(x, z)
        log_q = log q_0(z_0|x) + log N(v_0; 0, I) - log r(v_T|x, z_T)

    A step shears z and v in turn, which keeps volumes. The reverse model r is a Gaussian, of a network that sees z_T
    and q_0's statistics, and begins as N(0, I). It is trained, and so are the step sizes e, one for each dimension of
    z. Masses would only be these once more. E[p(x, z) / exp(log_q)] = p(x) whatever r and e are.

    Args:
        initial: the posterior q_0.
        steps: how many leapfrog steps, T; with none this is q_0.
        step_size: what e begins at.
        units: the width of r's hidden layer.

    Returns (of a call on x, with log_joint):
        What `zoo.random.draw_and_log_prob` and `center` know, and no density: a `Trajectory`; with no steps, what q_0
        gives.

    Raises:
        InputError: a number of steps below 0, or another size that isn't positive; or, of a call, no `log_joint`.

    Example:
        >>> from zoo.networks.mlp import mlp_encoder
        >>> from zoo.posteriors.gaussian import Gaussian
        >>> from zoo.random import key
        >>> posterior = Hamiltonian(Gaussian(mlp_encoder((8, 8, 1)), latent_dim=2), steps=3)
        >>> q = posterior(ops.zeros([3, 8, 8, 1]), log_joint=lambda z: -ops.sum(z**2, axis=-1) / 2)
        >>> z, log_q = draw_and_log_prob(q, key(7), (5,))
        >>> tuple(z.shape), tuple(log_q.shape)
        ((5, 3, 2), (5, 3))

    References:
        Salimans et al. 2015, "Markov Chain Monte Carlo and Variational Inference: Bridging the Gap", section 4 and
        algorithm 3.
    """

    def __init__(self, initial, steps=4, step_size=0.05, units=64, **kwargs):
        super().__init__(**kwargs)
        check_count("steps", steps, least=0)
        check_positive("step_size", step_size)
        self.initial, self.steps, self.step_size, self.units = initial, steps, step_size, units
        self.latent_dim = initial.latent_dim
        if steps:
            self.reverse = Conditioned(units, 2 * self.latent_dim, begins_at_zero=True, name="reverse")

    def build(self, input_shape):
        build_once(self.initial, input_shape)
        if self.steps:
            start = float(inverse_softplus(self.step_size))
            self.raw_step = self.add_weight(
                shape=(self.latent_dim,),
                initializer=lambda shape, dtype: ops.full(shape, start, dtype),
                name="raw_step",
            )
            features = _side_by_side(self.initial.statistics(ops.zeros((1, *input_shape[1:]))))
            self.reverse.build(features.shape, (None, self.latent_dim))
        self.built = True

    def statistics(self, x, training=None):
        return self.initial.statistics(x, training=training)

    def given(self, statistics, log_joint=None):
        initial = self.initial.given(statistics, log_joint)
        if not self.steps:
            return initial
        if log_joint is None:
            raise InputError(
                "a Hamiltonian posterior follows log p(x, z): call it with log_joint, as vae.infer(x) does."
            )
        features, step_size = _side_by_side(statistics), softplus(ops.convert_to_tensor(self.raw_step))
        return Trajectory(initial, log_joint, self.steps, step_size, lambda z: self._momentum(features, z))

    def _momentum(self, features, z):
        """r(v|x, z)."""
        loc, raw_scale = ops.split(ops.cast(self.reverse(features, z), "float32"), 2, axis=-1)
        # softplus(0.5413) = 1.
        return tfd.Independent(tfd.Normal(loc, softplus(raw_scale + 0.5413248) + MIN_SCALE), 1)


class Trajectory:
    """Where leapfrog steps lead from a draw of q_0.

    Args:
        initial: q_0.
        log_joint: log p(x, z) as a function of z, `[..., B, D]` to `[..., B]`.
        steps: T.
        step_size: e, `[D]`.
        reverse: r(v|x, z), a function of z.
    """

    def __init__(self, initial, log_joint, steps, step_size, reverse):
        self.initial, self.log_joint, self.steps = initial, log_joint, steps
        self.step_size, self.reverse = step_size, reverse

    def follow(self, z, v):
        """z_T and v_T from z_0 and v_0, each `[..., B, D]`."""
        force = gradient(self.log_joint, z)
        for _ in range(self.steps):
            v = v + 0.5 * self.step_size * force
            z = z + self.step_size * v
            force = gradient(self.log_joint, z)
            v = v + 0.5 * self.step_size * force
        return z, v


@draw_and_log_prob.register(Trajectory)
def _(q, key, shape=()):
    keys = split(key)
    z, log_z = draw_and_log_prob(q.initial, keys[0], shape)
    momentum = tfd.Independent(tfd.Normal(ops.zeros_like(z), 1.0), 1)
    v, log_v = draw_and_log_prob(momentum, keys[1])
    z, v = q.follow(z, v)
    return z, log_z + log_v - q.reverse(z).log_prob(v)


@center.register(Trajectory)
def _(q):
    z = center(q.initial)
    return q.follow(z, ops.zeros_like(z))[0]


def _side_by_side(statistics):
    """The statistics of each image in one row, `[B, F]`."""
    return ops.concatenate([ops.reshape(s, (-1, math.prod(s.shape[1:]))) for s in statistics], axis=-1)
