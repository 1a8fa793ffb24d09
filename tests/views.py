"""A model of two views whose log p of either, of both, and of one given the other is known exactly.

z = N(0, 1), x_v | z = N(W_v z + b_v, s^2 I): p(z|x_v) p(z|x_w) / p(z) is p(z|x_v, x_w). So with each expert
N(z; W_v'(x_v - b_v) / |W_v|^2, s^2 / |W_v|^2), what x_v says of z, their product with the prior is the exact posterior,
whichever views are there.
"""

import keras
import numpy as np
from scipy.stats import multivariate_normal

from zoo.distributions.diagonal_normal import raw_scale
from zoo.likelihoods.gaussian import Gaussian
from zoo.likelihoods.views import Views
from zoo.objectives.elbo import elbo
from zoo.posteriors.product_of_experts import ProductOfExperts
from zoo.priors.standard_normal import StandardNormal
from zoo.vae import VAE

SHAPE, SIZES, SCALE = (2, 3, 1), (1, 2), 0.7


class LinearViews:
    """The model, its parameters, and draws of x, images of 2 x 3 pixels: the first column, and the other two.

    Args:
        posterior: the class of q(z|x).
        error: added to each expert's mean, in units of its standard deviation.
        objective: the VAE's.
    """

    def __init__(self, posterior=ProductOfExperts, error=0.0, objective=elbo):
        rng = np.random.default_rng(2)
        self.W, self.b = rng.normal(size=SHAPE), rng.normal(size=SHAPE)
        parts = []
        encoders = []
        for size in SIZES:
            shape = (2, size, 1)
            encoders.append(keras.Sequential([keras.Input(shape), keras.layers.Flatten()]))
            layers = [keras.Input((1,)), keras.layers.Dense(2 * size), keras.layers.Reshape(shape)]
            parts.append(Gaussian(keras.Sequential(layers), scale=SCALE, range=None))
        self.vae = VAE(StandardNormal(1), posterior(encoders, 1, SIZES), Views(parts, SIZES), objective)
        self.vae.build((None, *SHAPE))
        for part, head, W, b in zip(parts, self.vae.posterior.heads, self.of(self.W), self.of(self.b), strict=True):
            part.decoder.layers[0].set_weights([W.reshape(1, -1), b.reshape(-1)])
            gain, deviation = W.reshape(-1) / (W**2).sum(), SCALE / np.sqrt((W**2).sum())
            bias = [-gain @ b.reshape(-1) + error * deviation, raw_scale(deviation)]
            head.set_weights([np.stack([gain, 0 * gain], axis=1), np.array(bias)])
        z = rng.normal(size=(20, 1, 1, 1))
        self.x = (self.W * z + self.b + SCALE * rng.normal(size=(20, *SHAPE))).astype("float32")

    @staticmethod
    def of(x):
        """An image's views."""
        return x[..., :1, :], x[..., 1:, :]

    def log_px(self, x):
        """Exact log p of what isn't NaN of each image, in nats: `[N]`."""
        W, b, x = self.W.reshape(-1), self.b.reshape(-1), x.reshape(len(x), -1)
        covariance = np.outer(W, W) + SCALE**2 * np.eye(len(W))
        found = []
        for each in x:
            there = ~np.isnan(each)
            joint = multivariate_normal(b[there], covariance[np.ix_(there, there)]) if there.any() else None
            found.append(joint.logpdf(each[there]) if there.any() else 0.0)
        return np.array(found)

    def missing(self):
        """Images of which the first five are whole, the next lack the second view, the next the first, then both."""
        x = self.x.copy()
        x[5:10, :, 1:] = x[10:15, :, :1] = x[15:] = np.nan
        return x
