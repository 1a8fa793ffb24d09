"""Student's t, without the functions that TFLite lacks."""

import math

from keras import ops

from zoo.distributions.scalar import Scalar
from zoo.numerics.log_gamma import log_gamma_step
from zoo.numerics.stable import expm1, log1p
from zoo.probability import tfp
from zoo.random import draw, split, uniform


class StudentT(Scalar):
    """p(x) = t_nu((x - loc) / s) / s.

        log t_nu(y) = log Gamma((nu + 1)/2) - log Gamma(nu/2) - 1/2 log(nu pi) - (nu + 1)/2 log(1 + y^2 / nu)

    `tfd.StudentT` takes `lgamma` for its density and gamma variates for its draws. Here a draw is Bailey's, of two
    uniforms u and v, exact for any nu:

        y = sqrt(nu (u^(-2/nu) - 1)) cos(2 pi v)

    Args:
        df: nu, a float tensor, at least 1.
        loc: a float tensor; the mean, where nu is above 1.
        scale: s, a positive float tensor. All three are of one shape, or become so.

    Example:
        >>> p = StudentT(ops.full([2], 3.0), ops.zeros([2]), scale=2.0 * ops.ones([2]))
        >>> [round(float(each), 4) for each in p.log_prob(ops.zeros([2]))]
        [-1.694, -1.694]

    References:
        Bailey 1994, "Polar Generation of Random Variates with the t-Distribution".
    """

    def __init__(self, df, loc, scale, name="StudentT"):
        df, loc, scale = (ops.convert_to_tensor(each, "float32") for each in (df, loc, scale))
        super().__init__(name, reparameterized=True, df=df, loc=loc, scale=scale)

    @classmethod
    def _parameter_properties(cls, dtype, num_classes=None):
        return {name: tfp.util.ParameterProperties() for name in ("df", "loc", "scale")}

    def _log_prob(self, x):
        y = (x - self.loc) / self.scale
        constant = log_gamma_step(self.df / 2) - 0.5 * ops.log(self.df * math.pi) - ops.log(self.scale)
        return constant - (self.df + 1) / 2 * log1p(y * y / self.df)

    def _mean(self):
        return self.loc + 0 * (self.df + self.scale)


@draw.register(StudentT)
def _(distribution, key, shape=()):
    keys, shape = split(key), (*shape, *ops.shape(distribution.mean()))
    u, v = uniform(keys[0], shape), uniform(keys[1], shape)
    radius = ops.sqrt(distribution.df * expm1(-2 * ops.log(u) / distribution.df))
    return distribution.loc + distribution.scale * radius * ops.cos(2 * math.pi * v)
