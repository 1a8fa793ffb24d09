"""Independent Student's t, without the functions that TFLite lacks."""

import math

from keras import ops

from zoo.numerics.log_gamma import log_gamma_step
from zoo.numerics.stable import expm1, log1p
from zoo.random import center, draw, split, uniform


class StudentT:
    """p(z) = prod_d t_nu_d(z_d / s) / s.

        log t_nu(y) = log Gamma((nu + 1)/2) - log Gamma(nu/2) - 1/2 log(nu pi) - (nu + 1)/2 log(1 + y^2 / nu)

    `tfd.StudentT` takes `lgamma` for its density and gamma variates for its draws. Here a draw is Bailey's, of two
    uniforms u and v, exact for any nu:

        y = sqrt(nu (u^(-2/nu) - 1)) cos(2 pi v)

    Args:
        df: nu, float `[D]`, at least 1.
        scale: s, a positive number.

    Example:
        >>> p = StudentT(ops.full([2], 3.0), scale=2.0)
        >>> round(float(p.log_prob(ops.zeros([2]))), 4)
        -3.3881

    References:
        Bailey 1994, "Polar Generation of Random Variates with the t-Distribution".
    """

    def __init__(self, df, scale):
        self.df, self.scale = ops.convert_to_tensor(df), scale

    def log_prob(self, z):
        """At z `[..., D]`: `[...]`, in nats."""
        y = ops.convert_to_tensor(z) / self.scale
        constant = log_gamma_step(self.df / 2) - 0.5 * ops.log(self.df * math.pi) - math.log(self.scale)
        return ops.sum(constant - (self.df + 1) / 2 * log1p(y * y / self.df), axis=-1)


@draw.register(StudentT)
def _(distribution, key, shape=()):
    keys, shape = split(key), (*shape, *distribution.df.shape)
    u, v = uniform(keys[0], shape), uniform(keys[1], shape)
    radius = ops.sqrt(distribution.df * expm1(-2 * ops.log(u) / distribution.df))
    return distribution.scale * radius * ops.cos(2 * math.pi * v)


@center.register(StudentT)
def _(distribution):
    return ops.zeros_like(distribution.df)
