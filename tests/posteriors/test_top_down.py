"""Two levels on one path, held to a linear-Gaussian model of which everything is known, and to quadrature."""

import keras
import numpy as np
import pytest
from scipy.stats import multivariate_normal

import zoo
from zoo.distributions.diagonal_normal import MIN_SCALE
from zoo.likelihoods.gaussian import Gaussian as GaussianLikelihood
from zoo.networks.mlp import mlp_encoder
from zoo.networks.top_down import TopDown as Network
from zoo.posteriors.top_down import TopDown
from zoo.priors.top_down import TopDown as TopDownPrior
from zoo.random import draw_and_log_prob, key
from zoo.vae import VAE

SHAPE, SCALE, FAR = (2, 3, 1), 0.7, 30.0


@pytest.fixture
def vae():
    """Of one dimension a level, with weights large enough for the levels to depend on each other."""
    network = Network(sizes=(1, 1), width=4, units=5)
    encoder = keras.Sequential([keras.Input(SHAPE), keras.layers.Flatten()])
    decoder = keras.Sequential([keras.Input((2,)), network, keras.layers.Dense(6), keras.layers.Reshape(SHAPE)])
    posterior = TopDown(encoder, network, units=12)
    vae = VAE(TopDownPrior(network), posterior, GaussianLikelihood(decoder, scale=SCALE, range=None))
    vae.build((None, *SHAPE))
    rng = np.random.default_rng(3)
    for weight in vae.trainable_weights:
        weight.assign(rng.normal(size=weight.shape) * (0.4 if len(weight.shape) == 2 else 0))
    for layer in (network.of_z[0], network.heads[1]):
        layer.kernel.assign(2 * layer.kernel)
    return vae


@pytest.fixture
def x(rng):
    return rng.normal(size=(5, *SHAPE)).astype("float32")


def make_linear(vae):
    """elu(a + FAR) - FAR is a: the path and the posterior become linear, and scales no function of what is above."""
    network, posterior = vae.prior.network, vae.posterior
    for of_h, out in zip(network.of_h, network.out, strict=True):
        of_h.bias.assign(of_h.bias + FAR)
        out.bias.assign(-FAR * np.asarray(out.kernel).sum(axis=0))
    for head in network.heads:
        head.kernel.assign(np.asarray(head.kernel) * [1, 0])
    # The hidden layer holds h and the image, side by side.
    for of_x, of_h in zip(posterior.of_x, posterior.of_h, strict=True):
        of_x.kernel.assign(np.eye(6, 12, 4))
        of_x.bias.assign(np.full(12, FAR))
        of_h.kernel.assign(np.eye(4, 12))


def linear_truth(vae):
    """Mean and covariance of [z1, z2, x], by what the linear maps make of a basis."""
    chain = vae.prior()
    means = lambda z1: np.asarray(chain.second(np.float32([[z1]])).mean())[0, 0]  # noqa: E731
    s1, s2 = float(chain.first.stddev()[0]), float(chain.second(np.zeros([1, 1], "float32")).stddev()[0, 0])
    m1, slope, m2 = float(chain.first.mean()[0]), means(1.0) - means(0.0), means(0.0)
    images = np.asarray(vae.likelihood(np.float32([[0, 0], [1, 0], [0, 1]])).mean()).reshape(3, 6)
    W = np.stack([images[1] - images[0], images[2] - images[0]], axis=1)
    mean = np.array([m1, m2 + slope * m1])
    covariance = np.array([[s1**2, slope * s1**2], [slope * s1**2, s2**2 + slope**2 * s1**2]])
    cross = covariance @ W.T
    whole = np.block([[covariance, cross], [cross.T, W @ covariance @ W.T + SCALE**2 * np.eye(6)]])
    return np.concatenate([mean, images[0] + W @ mean]), whole


def conditional(mean, covariance, of, given):
    """The gain, the offset and the standard deviation of one variable given others, of a joint Gaussian."""
    gain = np.linalg.solve(covariance[np.ix_(given, given)], covariance[given, of])
    return gain, mean[of] - gain @ mean[given], np.sqrt(covariance[of, of] - gain @ covariance[given, of])


def make_exact(vae):
    """Sets what x adds so that q(z1|x) and q(z2|z1, x) are the exact conditionals."""
    network, posterior = vae.prior.network, vae.posterior
    mean, covariance = linear_truth(vae)
    pixels = list(range(2, 8))
    h1 = np.asarray(network.start())
    h2 = [np.asarray(network.step(0, network.start(), np.float32([z])), "float64") for z in (0.0, 1.0)]
    direction = h2[1] - h2[0]
    # z1 is read off h2: (h2 - h2(0)) . direction / |direction|^2
    read = direction / (direction @ direction)
    for level, given in enumerate((pixels, [0, *pixels])):
        gain, offset, scale = conditional(mean, covariance, level, given)
        kernel, head = np.zeros((12, 2)), [np.asarray(w, "float64") for w in network.heads[level].get_weights()]
        if level:
            kernel[:4, 0] = gain[0] * read - head[0][:, 0]
            offset = offset - gain[0] * (read @ h2[0])
        else:
            offset = offset - h1 @ head[0][:, 0]
        kernel[4:10, 0] = gain[-6:]
        bias = np.array([offset - head[1][0], np.log(np.expm1(scale - MIN_SCALE)) - head[1][1]])
        posterior.added[level].set_weights([kernel, bias - FAR * kernel.sum(axis=0)])


def test_with_exact_conditionals_the_whole_bound_is_log_px(vae, x):
    make_linear(vae)
    make_exact(vae)
    mean, covariance = linear_truth(vae)
    assert abs(covariance[0, 1]) > 0.02 and np.abs(covariance[:2, 2:]).min(axis=1).max() > 0, "levels that depend"
    log_px = multivariate_normal(mean[2:], covariance[2:, 2:]).logpdf(x.reshape(5, 6))
    densities = vae.log_densities(x, 20, seed=key(1))
    assert np.allclose(densities.log_weight, np.broadcast_to(log_px, (20, 5)), atol=5e-3)
    many = vae.log_densities(x, 4000, seed=key(2))
    se = np.asarray(many.likelihood).std(axis=0) / np.sqrt(4000)
    # The KL is in closed form, level by level.
    assert (np.abs(many.log_likelihood - many.kl - log_px) < 4.5 * se + 5e-3).all()


def test_where_x_adds_nothing_a_level_costs_nothing(vae, x):
    for level in (0, 1):
        vae.posterior.added[level].kernel.assign(np.zeros([12, 2]))
        densities = vae.log_densities(x, 7, seed=key(1))
        kl = np.asarray(densities.kl_per_dimension)
        assert np.abs(kl[:, level]).max() < 1e-6
        assert level or kl[:, 1].min() > 1e-4
    assert np.allclose(densities.posterior, densities.prior, atol=1e-5)


def test_weights_are_proper_and_the_divergence_is_that_of_the_draws(vae, x):
    for layer in vae.posterior.added:
        # A q that is wide enough to be sampled from.
        layer.bias.assign([0.0, 0.7])
    axis = np.linspace(-9, 9, 401)
    z = np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 1, 2).astype("float32")
    log_joint = sum(np.asarray(each, "float64") for each in vae.log_joint(x, z))
    log_px = np.logaddexp.reduce(log_joint, axis=0) + 2 * np.log(axis[1] - axis[0])
    densities = vae.log_densities(x, 20000, seed=key(2))
    weight = np.exp(np.asarray(densities.log_weight, "float64") - log_px)
    assert (np.abs(weight.mean(axis=0) - 1) < 4.5 * weight.std(axis=0) / np.sqrt(20000)).all()
    difference = np.asarray(densities.posterior - densities.prior, "float64")
    se = difference.std(axis=0) / np.sqrt(20000)
    assert (np.abs(np.sum(densities.kl_per_dimension, axis=-1) - difference.mean(axis=0)) < 5 * se).all()


def test_draws_have_the_density_that_they_come_with(vae, x):
    q = vae.infer(x)
    z, log_q = draw_and_log_prob(q, key(5), (4,))
    assert np.allclose(q.log_prob(z), log_q, atol=1e-5)


def test_the_top_reaches_the_image_and_what_is_below_it(rng):
    vae = zoo.build("top_down_vae", image_shape=(8, 8, 1), latent_dim=3, units=(16,), width=8)
    z = rng.normal(size=(2, 3)).astype("float32")
    other = z + np.float32([1, 0, 0])
    assert np.abs(np.asarray(vae.decode(z)) - vae.decode(other)).max() > 1e-3
    network = vae.prior.network
    assert network is vae.posterior.network is vae.likelihood.decoder.layers[0]
    assert network.sizes == (1, 2)
    below = [chain.second(z[:, :1]).mean() - chain.second(other[:, :1]).mean() for chain in (vae.prior(),)]
    assert np.abs(below[0]).max() > 1e-5


def test_what_is_shared_is_counted_once_and_one_use_changes_all(rng):
    vae = zoo.build("top_down_vae", image_shape=(8, 8, 1), latent_dim=3, units=(16,), width=8)
    assert len({id(w) for w in vae.weights}) == len(vae.weights)
    x, z = rng.random((2, 8, 8, 1)).astype("float32"), rng.normal(size=(2, 3)).astype("float32")
    uses = lambda: [np.asarray(v) for v in (vae.prior().log_prob(z), vae.infer(x).log_prob(z), vae.decode(z))]  # noqa: E731
    before = uses()
    vae.prior.network.out[0].kernel.assign(vae.prior.network.out[0].kernel + 1)
    vae.prior.network.heads[1].kernel.assign(vae.prior.network.heads[1].kernel + 1)
    assert not any(np.allclose(a, b) for a, b in zip(before, uses(), strict=True))


def test_another_encoder_takes_part_in_every_level():
    network = Network(sizes=(2, 3, 4), width=8)
    posterior = TopDown(mlp_encoder((8, 8, 1), (16,)), network)
    assert [tuple(s.shape) for s in posterior.statistics(np.zeros([5, 8, 8, 1], "float32"))] == [(5, 8)] * 3
