"""A hierarchy of maps with a flow at each level, held to the Jacobian of its draws and to quadrature."""

import keras
import numpy as np
import pytest
from scipy.stats import norm

import zoo
from zoo.likelihoods.bernoulli import Bernoulli
from zoo.networks.bottom_up_resnet import bottom_up_resnet
from zoo.networks.top_down_resnet import TopDownResNet
from zoo.posteriors.top_down_iaf import TopDownIAF
from zoo.priors.top_down import TopDown
from zoo.random import center, draw, draw_and_log_prob, key
from zoo.vae import VAE

SHAPE = (4, 4, 1)


def make(shape, levels, steps, maps=1, scale=0.5):
    """With weights large enough for the levels and the numbers of each to depend on each other."""
    network = TopDownResNet(shape, levels, maps=maps, filters=4)
    encoder = bottom_up_resnet((2 * shape[0], 2 * shape[1], 1), levels, filters=4)
    decoder = keras.Sequential(
        [keras.Input((network.latent_dim,)), network, keras.layers.Conv2DTranspose(1, 3, 2, "same")]
    )
    vae = VAE(TopDown(network), TopDownIAF(encoder, network, steps, units=(6,), context_dim=3), Bernoulli(decoder))
    vae.build((None, 2 * shape[0], 2 * shape[1], 1))
    rng = np.random.default_rng(3)
    for weight in vae.trainable_weights:
        weight.assign(rng.normal(size=weight.shape) * scale)
    return vae


@pytest.fixture
def x(rng):
    return (rng.random((3, *SHAPE)) < 0.5).astype("float32")


@pytest.mark.parametrize("steps", [1, 2])
def test_log_q_is_that_of_the_noise_less_the_numeric_jacobians_slogdet(steps, x):
    """The whole Jacobian from noise to z, by differences: each level's flow, and each level in those above it."""
    vae = make((2, 2), (1, 1), steps, maps=2, scale=0.3)
    statistics = tuple(s[:1] for s in vae.posterior.statistics(x))
    size, order = vae.latent_dim, np.cumsum(vae.prior.network.sizes)[:-1]

    def push(noise):
        """z of standard noise `[N, D]`, level by level, and log q by the base densities alone."""
        found, base_log_q = [], 0.0
        q = vae.posterior.given(tuple(np.repeat(s, len(noise), 0) for s in map(np.asarray, statistics)))
        for part in np.split(noise, order, axis=1):
            level = q.first if hasattr(q, "first") else q
            base = level.distribution
            u = np.asarray(base.mean()) + np.asarray(base.stddev()) * part
            found.append(np.asarray(level.bijector.forward(u.astype("float32"))))
            base_log_q = base_log_q + norm.logpdf(part).sum(axis=1)
            q = q.second(found[-1]) if hasattr(q, "second") else None
        return np.concatenate(found, axis=1).astype("float64"), base_log_q

    noise = np.random.default_rng(1).normal(size=(1, size))
    z, log_base = push(noise)
    step = 1e-2
    up, down = push(noise + step * np.eye(size))[0], push(noise - step * np.eye(size))[0]
    jacobian = ((up - down) / (2 * step)).T
    q = vae.posterior.given(statistics)
    assert float(q.log_prob(z.astype("float32"))[0]) == pytest.approx(
        log_base[0] - np.linalg.slogdet(jacobian)[1], abs=2e-2
    )


@pytest.mark.parametrize("steps", [None, 1, 2])
def test_draws_have_the_density_that_they_come_with(steps, x):
    vae = make((2, 2), (1, 1), steps, maps=2, scale=0.3)
    q = vae.infer(x)
    z, log_q = draw_and_log_prob(q, key(5), (4,))
    assert np.allclose(q.log_prob(z), log_q, atol=1e-3)
    assert np.array_equal(z, draw(q, key(5), (4,)))
    assert center(q).shape == (3, vae.latent_dim)


@pytest.mark.parametrize(("shape", "levels"), [((1, 1), (2,)), ((1, 2), (1,))])
@pytest.mark.parametrize("steps", [None, 1])
def test_weights_are_proper_across_levels_and_across_places(shape, levels, steps):
    vae = make(shape, levels, steps, scale=0.3)
    for layer in vae.posterior.of_x:
        # A q that is wide enough to be sampled from.
        layer.bias.assign(np.concatenate([[0.0, 1.5], np.zeros(layer.filters - 2)]))
    x = (np.random.default_rng(0).random((2, 2 * shape[0], 2 * shape[1], 1)) < 0.5).astype("float32")
    axis = np.linspace(-9, 9, 301)
    z = np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 1, 2).astype("float32")
    log_joint = sum(np.asarray(each, "float64") for each in vae.log_joint(x, np.repeat(z, 2, 1)))
    log_px = np.logaddexp.reduce(log_joint, axis=0) + 2 * np.log(axis[1] - axis[0])
    densities = vae.log_densities(x, 20_000, seed=key(2))
    weight = np.exp(np.asarray(densities.log_weight, "float64") - log_px)
    error = weight.std(axis=0) / np.sqrt(20_000)
    assert (error < 0.05).all(), "too few draws to say"
    assert (np.abs(weight.mean(axis=0) - 1) < 4.5 * error + 1e-3).all()


def test_where_x_adds_nothing_gaussians_are_the_priors_and_cost_nothing(x):
    vae = make((2, 2), (1, 1), None)
    for layer in vae.posterior.of_x + vae.posterior.of_h:
        layer.set_weights([np.zeros_like(w) for w in layer.get_weights()])
    densities = vae.log_densities(x, 7, seed=key(1))
    assert np.allclose(densities.posterior, densities.prior, atol=1e-4)
    assert np.abs(np.asarray(densities.kl_per_dimension)).max() < 1e-6


def test_every_level_hears_of_x_and_a_flow_of_both_its_level_and_x(x):
    vae = make((2, 2), (1, 1), 1)
    before = vae.posterior.statistics(x)
    after = vae.posterior.statistics(1 - x)
    assert all(np.abs(np.asarray(a) - b).max() > 1e-3 for a, b in zip(before, after, strict=True))
    chain = vae.posterior.given(before)
    z = np.zeros([3, chain.size], "float32")
    u = np.zeros([3, 4], "float32")
    first, second = (np.asarray(chain.second(z + shift).bijector.forward(u)) for shift in (0.0, 1.0))
    assert np.abs(first - second).max() > 1e-4


def test_one_network_is_in_three_parts_and_its_weights_are_counted_once():
    vae = zoo.build("resnet_vae", image_shape=(8, 8, 1), levels=(1, 1), maps=2, width=8)
    assert len({id(w) for w in vae.weights}) == len(vae.weights)
    assert vae.prior.network is vae.posterior.network is vae.likelihood.decoder.layers[0]


def test_the_model_has_the_sizes_that_are_asked_for():
    vae = zoo.build("resnet_vae", image_shape=(7, 10, 3), levels=(1, 2), maps=3, width=6, steps=2, units=(5,))
    network, posterior = vae.prior.network, vae.posterior
    assert network.sizes == (2 * 3 * 3, 4 * 5 * 3, 4 * 5 * 3) and network.filters == 6
    assert [tuple(layer.kernel.shape[2:]) for layer in posterior.of_x] == [(6, 38)] * 3
    assert [len(made) for made in posterior.made] == [2] * 3 and posterior.made[0][0].units == (5,)
    assert vae.decode(np.zeros([2, vae.latent_dim], "float32")).shape == (2, 7, 10, 3)
