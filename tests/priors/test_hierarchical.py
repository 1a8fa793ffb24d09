"""Three stochastic layers, held to a joint Gaussian of which everything is known.

z3 ~ N(0, 1), z2 ~ N(A z3 + C2, S2^2), z1 ~ N(B2 z2 + B3 z3 + C1, S1^2), x ~ N(W z1 + B, S^2 I).
"""

import keras
import numpy as np
from scipy.stats import multivariate_normal

from tests.posteriors.test_hierarchical import SHAPE, B, S, W, give, raw
from zoo.likelihoods.gaussian import Gaussian as GaussianLikelihood
from zoo.networks.take import Take
from zoo.posteriors.gaussian import Gaussian
from zoo.posteriors.hierarchical import Hierarchical as HierarchicalPosterior
from zoo.priors.hierarchical import Hierarchical
from zoo.priors.standard_normal import StandardNormal
from zoo.random import draw, key
from zoo.vae import VAE

A, B2, B3, C1, C2, S1, S2 = 0.8, -0.6, 0.5, 0.3, -0.4, 0.6, 0.9
#: [z1, z2, z3] of three standard normals.
MIXED = np.array([[S1, B2 * S2, B2 * A + B3], [0, S2, A], [0, 0, 1]])
MEAN, COVARIANCE = np.array([B2 * C2 + C1, C2, 0.0]), MIXED @ MIXED.T


def linear(size):
    return keras.Sequential([keras.Input((size,)), keras.layers.Activation("linear")])


def conditional(of, given):
    """Slopes, intercept and standard deviation of one of z, given others."""
    slopes = COVARIANCE[of, given] @ np.linalg.inv(COVARIANCE[np.ix_(given, given)])
    return slopes, MEAN[of] - slopes @ MEAN[given], np.sqrt(COVARIANCE[of, of] - slopes @ COVARIANCE[given, of])


def be(head, slopes, intercept, scale):
    give(head, np.stack([slopes, np.zeros(len(slopes))], 1), [intercept, raw(scale)])


def three_layers(error=0.0, widened=1.0):
    """The model with its exact posterior, but for an error of q(z1|x)'s mean and a factor of its scale."""
    encoder = keras.Sequential([keras.Input(SHAPE), keras.layers.Flatten()])
    decoder = keras.Sequential([keras.Input((3,)), Take(0, 1), keras.layers.Dense(6), keras.layers.Reshape(SHAPE)])
    vae = VAE(
        Hierarchical(Hierarchical(StandardNormal(1), linear(1), size=1), linear(2), size=1),
        HierarchicalPosterior(HierarchicalPosterior(Gaussian(encoder, 1), linear(1), size=1), linear(2), size=1),
        GaussianLikelihood(decoder, scale=S, range=None),
    )
    vae.build((None, *SHAPE))
    be(vae.prior.head, [B2, B3], C1, S1)
    be(vae.prior.upper.head, [A], C2, S2)
    give(decoder.layers[1], W[None], B)
    variance = 1 / (1 / COVARIANCE[0, 0] + W @ W / S**2)
    gain = variance * W / S**2
    loc = variance * MEAN[0] / COVARIANCE[0, 0] - gain @ B + error
    be(vae.posterior.lower.lower.head, gain, loc, widened * np.sqrt(variance))
    # x says nothing of z2 and z3 that z1 doesn't.
    be(vae.posterior.lower.head, *conditional(1, [0]))
    be(vae.posterior.head, *conditional(2, [0, 1]))
    return vae


def truth(rng):
    px = multivariate_normal(MEAN[0] * W + B, COVARIANCE[0, 0] * np.outer(W, W) + S**2 * np.eye(6))
    x = px.rvs(5, random_state=rng).astype("float32")
    return x.reshape(5, *SHAPE), px.logpdf(x)


def test_with_the_exact_posterior_every_weight_is_log_px(rng):
    x, log_px = truth(rng)
    densities = three_layers().log_densities(x, 20, seed=key(1))
    assert np.allclose(densities.log_weight, np.broadcast_to(log_px, (20, 5)), atol=2e-3)


def test_weights_of_a_poor_posterior_are_proper(rng):
    x, log_px = truth(rng)
    log_weight = three_layers(error=0.3, widened=1.2).log_densities(x, 20000, seed=key(2)).log_weight
    weight = np.exp(np.asarray(log_weight, "float64") - log_px)
    assert weight.std() > 0.3
    assert (np.abs(weight.mean(axis=0) - 1) < 4.5 * weight.std(axis=0) / np.sqrt(20000)).all()


def test_the_density_and_draws_are_those_of_the_joint_gaussian(rng):
    prior = three_layers().prior()
    z = rng.normal(size=(7, 3)).astype("float32")
    assert np.allclose(prior.log_prob(z), multivariate_normal(MEAN, COVARIANCE).logpdf(z), atol=1e-3)
    drawn = np.asarray(draw(prior, key(3), (40000,)), "float64")
    deviation = np.sqrt(np.diag(COVARIANCE))
    assert (np.abs(drawn.mean(axis=0) - MEAN) < 4.5 * deviation / 200).all()
    assert np.allclose(np.cov(drawn.T), COVARIANCE, atol=4.5 * 2 * deviation.max() ** 2 / 200)
