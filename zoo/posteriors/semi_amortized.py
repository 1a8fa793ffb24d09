"""The posterior whose statistics the encoder guesses and a few gradient steps on the ELBO improve."""

from keras import ops

from zoo.numerics.counts import check_positive
from zoo.numerics.stable import inverse_softplus, softplus
from zoo.part import build_once
from zoo.posteriors.refined import Refined, bounded


class SemiAmortized(Refined):
    """A Gaussian whose statistics are the encoder's after T gradient steps on the image's own ELBO.

        s_0 = [loc(x), raw(x)],   s_(t+1) = s_t + a * g_t,   g_t = grad_s L_t(s_t), shortened to length 5

    L_t is the ELBO of two fixed points (`zoo.posteriors.refined.Refined`); the paper draws one. The step sizes a, one
    for each number of s, are trained, and so is the encoder, through the steps. There is no momentum.

    Args:
        initial: the `zoo.posteriors.gaussian.Gaussian` whose statistics are s_0.
        steps: how many, T; with none this is the Gaussian.
        step_size: what a begins at.
        most: the length of a gradient that is taken whole.

    Returns (of a call on x, with log_joint):
        `tfd.Independent(tfd.Normal)` with batch shape `[B]` and event shape `[D]`.

    Raises:
        InputError: as of `Refined`, or a step size or length that isn't positive.

    Example:
        >>> from zoo.networks.mlp import mlp_encoder
        >>> from zoo.posteriors.gaussian import Gaussian
        >>> posterior = SemiAmortized(Gaussian(mlp_encoder((8, 8, 1)), latent_dim=2), steps=50)
        >>> q = posterior(ops.zeros([3, 8, 8, 1]), log_joint=lambda z: -ops.sum((z - 1) ** 2, axis=-1) / 2)
        >>> [round(float(number), 1) for number in (*q.mean()[0], *q.stddev()[0])]
        [1.0, 1.0, 1.0, 1.0]

    References:
        Kim et al. 2018, "Semi-Amortized Variational Autoencoders", algorithm 1.
    """

    def __init__(self, initial, steps=4, step_size=0.1, most=5.0, **kwargs):
        super().__init__(initial, steps, **kwargs)
        check_positive("step_size", step_size)
        check_positive("most", most)
        self.step_size, self.most = step_size, most

    def build(self, input_shape):
        build_once(self.initial, input_shape)
        if self.steps:
            start = float(inverse_softplus(self.step_size))
            self.raw_step = self.add_weight(
                shape=(2 * self.latent_dim,),
                initializer=lambda shape, dtype: ops.full(shape, start, dtype),
                name="raw_step",
            )
        self.built = True

    def update(self, statistics, slope):
        return statistics + softplus(ops.convert_to_tensor(self.raw_step)) * bounded(slope, self.most)
