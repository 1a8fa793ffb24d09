"""A VAE of images and labels whose log p(x, y) is known exactly.

p(y) = 1/3, p(z) = N(0, 1), p(x|y, z) = N(w z + b_y, s^2 I), so p(x|y) = N(b_y, w w' + s^2 I). Its q is another than the
exact posterior: nothing but a proper weight leads from one to the other.
"""

import keras
import numpy as np
from scipy.stats import multivariate_normal

from zoo.distributions.diagonal_normal import raw_scale
from zoo.likelihoods.gaussian import Gaussian
from zoo.objectives.labelled_elbo import labelled_elbo
from zoo.posteriors.labelled_gaussian import LabelledGaussian
from zoo.priors.labelled import Labelled
from zoo.priors.standard_normal import StandardNormal
from zoo.vae import VAE

SHAPE, SCALE, LABELS = (1, 3, 1), 0.8, 3


class LabelledLinear:
    """The model, draws of x and y, and the truth about them.

    Args:
        classified: whether q(y|x) is a network's; else it is 1/3.
        objective: the VAE's.
    """

    def __init__(self, classified=False, objective=labelled_elbo):
        rng = np.random.default_rng(1)
        self.w, self.b = rng.normal(size=3), rng.normal(size=(LABELS, 3))

        def flat():
            return keras.Sequential([keras.Input(SHAPE), keras.layers.Flatten()])

        decoder = keras.Sequential([keras.Input((LABELS + 1,)), keras.layers.Dense(3), keras.layers.Reshape(SHAPE)])
        self.vae = VAE(
            Labelled(StandardNormal(1), LABELS),
            LabelledGaussian(flat(), 1, LABELS, units=4, classifier=flat() if classified else None),
            Gaussian(decoder, scale=SCALE, range=None),
            objective,
        )
        self.vae.build((None, *SHAPE))
        posterior = self.vae.posterior
        posterior.set_weights([0.5 * rng.normal(size=each.shape) for each in posterior.get_weights()])
        decoder.layers[0].set_weights([np.concatenate([self.b, self.w[None]]), np.zeros(3)])
        self.y = rng.integers(0, LABELS, 6)
        noise = SCALE * rng.normal(size=(6, 3))
        self.x = (rng.normal(size=(6, 1)) * self.w + self.b[self.y] + noise).reshape(6, *SHAPE).astype("float32")

    def log_pxy(self):
        """log p(x, y) for each y, `[B, 3]`, exact, in nats."""
        covariance = np.outer(self.w, self.w) + SCALE**2 * np.eye(3)
        x = self.x.reshape(len(self.x), -1)
        return np.stack([multivariate_normal(b, covariance).logpdf(x) for b in self.b], axis=1) - np.log(LABELS)

    def log_p(self, y):
        """log p(x, y) where y is known, log p(x) where it is -1: `[B]`."""
        each = self.log_pxy()
        known = np.take_along_axis(each, np.maximum(y, 0)[:, None], axis=1)[:, 0]
        return np.where(np.asarray(y) >= 0, known, np.logaddexp.reduce(each, axis=1))

    def labels(self, known):
        """Of all images their labels, of `none` of them, or of `some`."""
        every_other = np.where(np.arange(len(self.y)) % 2, self.y, -1)
        return {"all": self.y, "none": np.full(len(self.y), -1), "some": every_other}[known].astype("int32")

    def make_exact(self):
        """Makes q(z|x, y) the exact posterior N(w'(x - b_y) / (w'w + s^2), s^2 / (w'w + s^2))."""
        total = self.w @ self.w + SCALE**2
        # A number and its opposite, of which relu leaves one: their difference is the number.
        ends = np.array([1.0, -1.0, 0.0, 0.0])
        posterior = self.vae.posterior
        posterior.by_image.set_weights([np.outer(self.w / total, ends), np.zeros(4)])
        posterior.by_label.set_weights([np.outer(-self.b @ self.w / total, ends)])
        raw = raw_scale(np.array([SCALE / np.sqrt(total)]))
        posterior.head.set_weights([np.stack([ends, np.zeros(4)], axis=1), np.concatenate([np.zeros(1), raw])])
