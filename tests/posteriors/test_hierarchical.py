"""Two stochastic layers, held to a linear-Gaussian model of which everything is known.

z2 ~ N(0, 1), z1 ~ N(A z2 + C, S1^2), x ~ N(W z1 + b, S^2 I).
"""

import keras
import numpy as np
import pytest
from scipy.stats import multivariate_normal

import zoo
from zoo.distributions.diagonal_normal import MIN_SCALE
from zoo.likelihoods.gaussian import Gaussian as GaussianLikelihood
from zoo.networks.take import Take
from zoo.posteriors.gaussian import Gaussian
from zoo.posteriors.hierarchical import Hierarchical
from zoo.priors.hierarchical import Hierarchical as HierarchicalPrior
from zoo.priors.standard_normal import StandardNormal
from zoo.random import draw, key
from zoo.vae import VAE

SHAPE, A, C, S1, S = (2, 3, 1), 0.8, -0.4, 0.6, 0.7
W, B = np.array([0.5, -1.0, 0.3, 0.8, -0.2, 0.6]), np.array([0.1, 0.2, -0.3, 0.0, 0.4, -0.1])


def give(layer, *weights):
    layer.set_weights([np.array(w, "float32") for w in weights])


def raw(scale):
    """softplus^-1."""
    return np.log(np.expm1(scale - MIN_SCALE))


def identity():
    return keras.Sequential([keras.Input((1,)), keras.layers.Activation("linear")])


def two_layers(error=0.0, widened=1.0):
    """The model with its exact posterior, but for an error of q(z1|x)'s mean and factors of the scales."""
    encoder = keras.Sequential([keras.Input(SHAPE), keras.layers.Flatten()])
    decoder = keras.Sequential(
        [keras.Input((2,)), Take(0, 1), keras.layers.Dense(6), keras.layers.Reshape(SHAPE, name="image")]
    )
    vae = VAE(
        HierarchicalPrior(StandardNormal(1), identity(), size=1),
        Hierarchical(Gaussian(encoder, 1), identity(), size=1),
        GaussianLikelihood(decoder, scale=S, range=None),
    )
    vae.build((None, *SHAPE))
    give(vae.prior.head, [[A, 0.0]], [C, raw(S1)])
    give(decoder.layers[1], W[None], B)
    marginal = A**2 + S1**2
    variance = 1 / (1 / marginal + W @ W / S**2)
    gain = variance * W / S**2
    loc = variance * C / marginal - gain @ B + error
    give(vae.posterior.lower.head, np.stack([gain, np.zeros(6)], 1), [loc, raw(widened * np.sqrt(variance))])
    upper = 1 / (1 + A**2 / S1**2)
    slope = upper * A / S1**2
    give(vae.posterior.head, [[slope, 0.0]], [-slope * C, raw(widened * np.sqrt(upper))])
    return vae


def joint():
    """Mean and covariance of [z1, z2]."""
    return np.array([C, 0.0]), np.array([[A**2 + S1**2, A], [A, 1.0]])


@pytest.fixture
def truth(rng):
    px = multivariate_normal(C * W + B, (A**2 + S1**2) * np.outer(W, W) + S**2 * np.eye(6))
    x = px.rvs(5, random_state=rng).astype("float32")
    return x.reshape(5, *SHAPE), px.logpdf(x)


def test_with_the_exact_posterior_every_weight_is_log_px(truth):
    x, log_px = truth
    densities = two_layers().log_densities(x, 20, seed=key(1))
    assert np.allclose(densities.log_weight, np.broadcast_to(log_px, (20, 5)), atol=1e-3)


def test_weights_of_a_poor_posterior_are_proper(truth):
    x, log_px = truth
    log_weight = two_layers(error=0.3, widened=1.2).log_densities(x, 20000, seed=key(2)).log_weight
    weight = np.exp(np.asarray(log_weight, "float64") - log_px)
    assert weight.std() > 0.3
    assert (np.abs(weight.mean(axis=0) - 1) < 4.5 * weight.std(axis=0) / np.sqrt(20000)).all()


def test_the_priors_density_and_draws_are_those_of_the_joint_gaussian(rng):
    prior, (mean, covariance) = two_layers().prior(), joint()
    z = rng.normal(size=(7, 2)).astype("float32")
    assert np.allclose(prior.log_prob(z), multivariate_normal(mean, covariance).logpdf(z), atol=1e-4)
    drawn = np.asarray(draw(prior, key(3), (40000,)))
    assert np.allclose(drawn.mean(axis=0), mean, atol=4.5 / np.sqrt(40000))
    assert np.allclose(np.cov(drawn.T), covariance, atol=4.5 * np.sqrt(2 / 40000))


def test_a_third_layer_is_one_more_around_it():
    encoder = keras.Sequential([keras.Input(SHAPE), keras.layers.Flatten()])
    posterior = Hierarchical(Hierarchical(Gaussian(encoder, 1), identity(), 1), keras.layers.Dense(4), 1)
    prior = HierarchicalPrior(HierarchicalPrior(StandardNormal(1), identity(), 1), keras.layers.Dense(4), 1)
    decoder = keras.Sequential([keras.Input((3,)), keras.layers.Dense(6), keras.layers.Reshape(SHAPE)])
    vae = VAE(prior, posterior, GaussianLikelihood(decoder, scale=S, range=None))
    vae.build((None, *SHAPE))
    assert tuple(vae.encode(np.zeros([4, *SHAPE], "float32")).shape) == (4, 3)
    assert tuple(vae.log_densities(np.zeros([4, *SHAPE], "float32"), 2, seed=key(0)).log_weight.shape) == (2, 4)
    # A grid of the three: the density integrates to one.
    axis = np.linspace(-8, 8, 61)
    z = np.stack(np.meshgrid(axis, axis, axis), -1).reshape(-1, 3).astype("float32")
    mass = np.exp(np.asarray(vae.prior().log_prob(z), "float64")).sum() * (axis[1] - axis[0]) ** 3
    assert mass == pytest.approx(1, abs=0.02)


def test_burdas_networks_are_burdas():
    vae = zoo.build("iwae_2", k=50)
    kernels = lambda network: [w.shape for w in network.weights if len(w.shape) == 2]  # noqa: E731
    assert kernels(vae.posterior) == [(784, 200), (200, 200), (200, 200), (100, 100), (100, 100), (100, 100)]
    assert kernels(vae.prior) == [(50, 100), (100, 100), (100, 200)]
    assert kernels(vae.likelihood) == [(100, 200), (200, 200), (200, 784)]
    assert vae.latent_dim == 150 and vae.objective.keywords == {"num_samples": 50}


def test_the_decoder_sees_the_lower_layer_and_samples_depend_on_both(rng):
    vae = zoo.build("iwae_2", image_shape=(8, 8, 1), latent_dim=5, upper_dim=2, units=(16,), upper_units=(8,))
    z = rng.normal(size=(2, 5)).astype("float32")
    other = z.copy()
    other[:, 3:] = 0
    assert np.array_equal(vae.decode(z), vae.decode(other))
    other[:, :3] = 0
    assert not np.allclose(vae.decode(z), vae.decode(other))
    chain = vae.prior()
    assert not np.allclose(chain.second(z[:1, 3:]).mean(), chain.second(z[1:, 3:]).mean())
