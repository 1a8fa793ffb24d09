"""A VAE whose log p(x) and posterior are known exactly.

p(z) = N(0, I), p(x|z) = N(W z + b, s^2 I), so p(x) = N(b, W W' + s^2 I). The exact posterior is
N(S W' (x - b) / s^2, S), S = (I + W' W / s^2)^-1. The columns of W are orthogonal, so that it is a diagonal Gaussian;
or they aren't, and the best diagonal Gaussian has the same mean and the variances 1 / (S^-1)_dd.
"""

import keras
import numpy as np
from scipy.stats import multivariate_normal

from zoo.distributions.diagonal_normal import MIN_SCALE
from zoo.likelihoods.gaussian import Gaussian as GaussianLikelihood
from zoo.objectives.elbo import elbo
from zoo.posteriors.gaussian import Gaussian as GaussianPosterior
from zoo.priors.standard_normal import StandardNormal
from zoo.vae import VAE

SHAPE, SCALE = (2, 3, 1), 0.7


class LinearGaussian:
    """The model, its parameters, draws of x, and the truth about them.

    Args:
        latent_dim: the size of z, at most that of an image.
        error: added to the exact posterior's mean, in units of its standard deviation.
        posterior: a function of an encoder and latent_dim, for another posterior than the exact one.
        objective: the VAE's.
        shape: an image's.
        correlated: whether the exact posterior is correlated; q is then the best diagonal Gaussian.
    """

    def __init__(self, latent_dim=2, error=0.0, posterior=None, objective=elbo, shape=SHAPE, correlated=False):
        rng = np.random.default_rng(1)
        size, self.shape = int(np.prod(shape)), shape
        orthogonal = np.linalg.qr(rng.normal(size=(size, size)))[0][:, :latent_dim]
        self.W, self.b = orthogonal * np.linspace(0.5, 1.5, latent_dim), rng.normal(size=size)
        if correlated:
            self.W = self.W + 0.5 * self.W[:, ::-1]
        self.precision = np.eye(latent_dim) + self.W.T @ self.W / SCALE**2
        variance = 1 / np.diag(self.precision)
        encoder = keras.Sequential([keras.Input(shape), keras.layers.Flatten()])
        decoder = keras.Sequential([keras.Input((latent_dim,)), keras.layers.Dense(size), keras.layers.Reshape(shape)])
        make = posterior or GaussianPosterior
        likelihood = GaussianLikelihood(decoder, scale=SCALE, range=None)
        self.vae = VAE(StandardNormal(latent_dim), make(encoder, latent_dim), likelihood, objective)
        self.vae.build((None, *shape))
        decoder.layers[0].set_weights([self.W.T.astype("float32"), self.b.astype("float32")])
        gain = self.W @ np.linalg.inv(self.precision) / SCALE**2
        self.error = error
        loc_bias = -self.b @ gain + error * np.sqrt(variance)
        raw_scale = np.log(np.expm1(np.sqrt(variance) - MIN_SCALE))
        if posterior is None:
            kernel = np.concatenate([gain, np.zeros_like(gain)], axis=1)
            bias = np.concatenate([loc_bias, raw_scale])
            self.vae.posterior.head.set_weights([kernel.astype("float32"), bias.astype("float32")])
        self.x = self.draw(rng, 20)

    def draw(self, rng, count):
        z = rng.normal(size=(count, self.W.shape[1]))
        x = z @ self.W.T + self.b + SCALE * rng.normal(size=(count, len(self.b)))
        return x.reshape(count, *self.shape).astype("float32")

    def log_px(self, x):
        """Exact, in nats."""
        covariance = self.W @ self.W.T + SCALE**2 * np.eye(len(self.b))
        return multivariate_normal(self.b, covariance).logpdf(x.reshape(len(x), -1))

    @property
    def family_gap(self):
        """KL(q || p(z|x)) of the best diagonal Gaussian q, for any x: 1/2 (sum_d log P_dd - log det P), P = S^-1."""
        return 0.5 * (np.log(np.diag(self.precision)).sum() - np.linalg.slogdet(self.precision)[1])

    @property
    def error_gap(self):
        """What the deliberate error in q's mean adds to KL(q || p(z|x)): 1/2 e' P e."""
        e = self.error / np.sqrt(np.diag(self.precision))
        return 0.5 * e @ self.precision @ e
