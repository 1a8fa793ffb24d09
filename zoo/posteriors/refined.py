"""The base of posteriors that improve the encoder's guess by steps on each image's own ELBO."""

from abc import abstractmethod

import keras
from keras import ops

from zoo.errors import InputError
from zoo.numerics.counts import check_count
from zoo.numerics.gradient import gradient
from zoo.posteriors.gaussian import Gaussian
from zoo.posteriors.posterior import Posterior
from zoo.random import stream, uniform


class Refined(Posterior):
    """q(z|x) = N(loc, diag(scale^2)) of the statistics after T steps, which follow the ELBO's gradient.

        s_0 = [loc(x), raw(x)],   s_(t+1) = update(s_t, grad_s L_t(s_t))
        L_t(s) = 1/2 (log p(x, loc + scale e_t) + log p(x, loc - scale e_t)) + sum_d log scale_d,   e_t in {-1, 1}^D

    L_t stands for the ELBO less a constant. Its two points have q's mean and its variances, so that it is exact for a
    log p(x, z) that is quadratic, without products of two dimensions; those of others cancel over the steps, whose
    signs e_t are drawn once and for all. So q is a function of x, whatever else is in the batch, and a Gaussian with a
    density of its own. Training goes through the steps: their gradients are differentiated again.

    Args:
        initial: the `zoo.posteriors.gaussian.Gaussian` whose statistics are s_0.
        steps: how many, T; with none this is the Gaussian.

    Raises:
        InputError: a number of steps below 0, or `initial` is no Gaussian posterior; or, of a call, no `log_joint`.

    Example:
        >>> from zoo.networks.mlp import mlp_encoder
        >>> from zoo.posteriors.semi_amortized import SemiAmortized
        >>> posterior = SemiAmortized(Gaussian(mlp_encoder((8, 8, 1)), latent_dim=2), steps=3)
        >>> q = posterior(ops.zeros([3, 8, 8, 1]), log_joint=lambda z: -ops.sum(z**2, axis=-1) / 2)
        >>> q.batch_shape[0], q.event_shape[0]
        (3, 2)
    """

    def __init__(self, initial, steps, **kwargs):
        super().__init__(**kwargs)
        check_count("steps", steps, least=0)
        if not isinstance(initial, Gaussian):
            kind = type(initial).__name__
            raise InputError(f"initial is a {kind}, but must be a Gaussian posterior, whose statistics the steps move.")
        self.initial, self.steps = initial, steps
        self.latent_dim = initial.latent_dim

    @abstractmethod
    def update(self, statistics, slope):
        """The statistics after a step.

        Args:
            statistics: s, float32 `[B, 2 D]`.
            slope: the gradient of L_t at s, `[B, 2 D]`.

        Returns:
            float32 `[B, 2 D]`.
        """

    def statistics(self, x, training=None):
        return self.initial.statistics(x, training=training)

    def given(self, statistics, log_joint=None):
        if not self.steps:
            return self.initial.given(statistics, log_joint)
        if log_joint is None:
            raise InputError(
                f"a {type(self).__name__} posterior follows log p(x, z): call it with log_joint, as vae.infer(x) does."
            )
        (found,) = statistics
        found = ops.cast(found, "float32")
        for signs in ops.unstack(self._signs(), self.steps):
            found = self.update(found, gradient(lambda s, signs=signs: self._bound(s, signs, log_joint), found))
        return self.initial.given((found,), log_joint)

    def _signs(self):
        """e_t of each step, `[T, D]`."""
        u = uniform(stream(0, "the signs of refining steps"), (self.steps, self.latent_dim))
        return 2 * ops.cast(u < 0.5, "float32") - 1

    def _bound(self, statistics, signs, log_joint):
        """L_t, `[B]`."""
        normal = self.initial.given((statistics,)).distribution
        away = signs * normal.scale
        # [2, B, D]
        joint = log_joint(ops.stack([normal.loc + away, normal.loc - away]))
        return ops.mean(joint, axis=0) + ops.sum(ops.log(normal.scale), axis=-1)


def bounded(slope, most):
    """Each image's gradient, no longer than `most`.

    Args:
        slope: `[B, F]`.
        most: a length.

    Returns:
        `[B, F]`, of the same directions.

    Example:
        >>> [float(number) for number in bounded(ops.convert_to_tensor([[30.0, 40.0]]), 5.0)[0]]
        [3.0, 4.0]
    """
    length = ops.sqrt(ops.sum(slope * slope, axis=-1, keepdims=True) + keras.config.epsilon() ** 2)
    return slope * (most / ops.maximum(most, length))
