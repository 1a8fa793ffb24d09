"""Independent dimensions with heavy tails as a prior."""

import keras
from keras import ops

from zoo.distributions.student_t import StudentT as Distribution
from zoo.errors import InputError
from zoo.networks.shapes import check_sizes
from zoo.numerics.counts import check_positive
from zoo.numerics.stable import inverse_softplus, softplus
from zoo.priors.prior import Prior
from zoo.probability import tfd


class StudentT(Prior):
    """p(z) = prod_d t_nu_d(z_d / s) / s, Student's t with nu degrees of freedom, fixed or trained for each dimension.

    log p falls with -(nu + 1) log |z_d| far out: a code that lies there is pulled in less than by a normal, which is
    what nu comes to as it grows. nu is any number above 1, whole or not; trained, it is 1 + softplus(raw). There is no
    closed form of the KL term: it is that of draws.

    Args:
        latent_dim: the size D of z.
        df: nu, or what it starts at.
        scale: s; the variance is s^2 nu / (nu - 2).
        train_df: whether nu is trained.

    Returns (of a call):
        `tfd.Independent(zoo.distributions.student_t.StudentT)` with event shape `[D]`, no batch shape.

    Raises:
        InputError: `latent_dim` isn't a positive integer, `scale` isn't positive, or `df` isn't above 1.

    Example:
        >>> prior = StudentT(2, df=3.0)
        >>> round(float(prior().log_prob([0.0, 1.0])), 4)
        -2.5771
    """

    def __init__(self, latent_dim, df=5.0, scale=1.0, train_df=False, **kwargs):
        super().__init__(**kwargs)
        (self.latent_dim,) = check_sizes("latent_dim", (latent_dim,))
        for name, value in (("df", df), ("scale", scale)):
            check_positive(name, value)
        if df <= 1:
            raise InputError(f"df is {df}, but must be above 1, where there is a mean.")
        self.df, self.scale, self.train_df = df, scale, train_df

    def build(self, input_shape=None):
        initializer = keras.initializers.Constant(float(inverse_softplus(self.df - 1)))
        self.raw_df = self.add_weight(
            shape=(self.latent_dim,), initializer=initializer, trainable=bool(self.train_df), name="raw_df"
        )
        self.built = True

    def call(self, inputs=None):
        df = 1 + softplus(ops.convert_to_tensor(self.raw_df))
        return tfd.Independent(Distribution(df, ops.zeros_like(df), self.scale * ops.ones_like(df)), 1)
