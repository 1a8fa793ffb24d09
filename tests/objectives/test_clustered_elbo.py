import keras
import numpy as np
import pytest
from keras import ops
from scipy import stats
from scipy.special import logsumexp

from zoo.distributions.chain import Chain
from zoo.distributions.diagonal_normal import raw_scale
from zoo.distributions.label import Label
from zoo.likelihoods.bernoulli import Bernoulli
from zoo.networks.mlp import mlp_decoder, mlp_encoder
from zoo.networks.take import Take
from zoo.numerics.divergence import kl_per_dimension
from zoo.objectives.clustered_elbo import cluster_kl, clustered_elbo
from zoo.posteriors.gaussian import Gaussian
from zoo.priors.clustered import Clustered
from zoo.priors.mixture import Mixture
from zoo.priors.standard_normal import StandardNormal
from zoo.probability import tfd
from zoo.random import draw_and_log_prob, key
from zoo.vae import VAE

SHAPE = (2, 2, 1)


def mixture(means, logits=None):
    """Gaussians of scale 1."""
    means = np.asarray(means, "float32")
    prior = Mixture(means.shape[1], len(means), train_weights=True)
    prior.build()
    raw = np.full(means.shape, np.log(np.expm1(1 - prior.min_scale)))
    prior.set_weights([means, raw, np.zeros(len(means)) if logits is None else np.asarray(logits)])
    return prior


def vae_of(prior, **kwargs):
    keras.utils.set_random_seed(3)
    size = getattr(prior, "code_dim", prior.latent_dim)
    decoder = mlp_decoder(SHAPE, size, (4,))
    decoder = keras.Sequential([keras.Input((prior.latent_dim,)), Take(0, size), *decoder.layers])
    vae = VAE(prior, Gaussian(mlp_encoder(SHAPE, (4,)), prior.latent_dim), Bernoulli(decoder), **kwargs)
    vae.build((None, *SHAPE))
    return vae


@pytest.fixture
def x(rng):
    return (rng.random((6, *SHAPE)) < 0.5).astype("float32")


def test_a_code_that_says_nothing_of_its_cluster_costs_nothing_and_one_that_says_all_log_k():
    one = mixture(np.zeros([10, 2]))
    assert np.allclose(cluster_kl(one, np.ones([1, 2], "float32")), 0.0, atol=1e-6)
    apart = mixture(100.0 * np.eye(10))
    assert np.allclose(cluster_kl(apart, 100 * np.eye(10, dtype="float32")), 2.302585, atol=1e-6)
    # And finite where each cluster is a hundred deviations away.
    assert np.isfinite(cluster_kl(apart, -100 * np.eye(10, dtype="float32"))).all()


def test_weights_of_the_clusters_count(rng):
    logits = np.array([0.0, 1.0, -1.0])
    prior = mixture([[-1.0], [0.0], [1.0]], logits)
    z = rng.normal(size=(20, 1))
    log_w = logits - logsumexp(logits)
    joint = log_w + stats.norm.logpdf(z, [-1.0, 0.0, 1.0], 1.0)
    log_p = joint - logsumexp(joint, axis=1, keepdims=True)
    expected = (np.exp(log_p) * (log_p - log_w)).sum(1)
    assert np.allclose(cluster_kl(prior, z.astype("float32")), expected, atol=1e-5)
    assert (expected > 0).all()


def test_the_kl_is_the_mean_over_clusters_and_not_to_their_mean():
    """Two at -3 and 3, z ~ N(0, 1) of either: E_k[KL] is 4.5, where that to a Gaussian about their mean is 0."""
    p = Chain(Label(ops.zeros([2])), lambda y: tfd.Independent(tfd.Normal(6 * y[..., :1] - 3, 1.0), 1), 2)
    q = Chain(Label(ops.zeros([1, 2])), lambda y: tfd.Independent(tfd.Normal(0 * y[..., :1], 1.0), 1), 2)
    z, _ = draw_and_log_prob(q, key(0), (50,))
    assert np.allclose(np.sum(kl_per_dimension(q, p, z)), 4.5, atol=1e-5)


def test_what_it_takes_apart_is_the_kl_to_the_mixture():
    """sum_k p(k|z) (log q - log p(z|k)) + C = log q - log p(z): in the mean KL(q || p), by quadrature."""
    prior = mixture([[-3.0], [3.0]])
    z = np.linspace(-8, 8, 4001, dtype="float32")[:, None]
    log_q = stats.norm.logpdf(z[:, 0].astype("float64"), 0.5, 0.8)
    each = stats.norm.logpdf(z.astype("float64"), [-3.0, 3.0], 1.0)
    shares = np.exp(each - logsumexp(each, axis=1, keepdims=True))
    apart = (shares * (log_q[:, None] - each)).sum(1) + np.asarray(cluster_kl(prior, z))
    together = log_q - logsumexp(each - np.log(2), axis=1)
    weights = np.exp(log_q) * (z[1, 0] - z[0, 0])
    assert weights @ apart == pytest.approx(weights @ together, abs=1e-4)
    assert weights @ together > 2.5


@pytest.mark.parametrize("prior", [lambda: Mixture(2, 3, spread=2.0), lambda: Clustered(1, 1, 3, 4, spread=2.0)])
def test_it_is_the_elbo_with_a_floor_on_the_clusters_kl(prior, x):
    vae = vae_of(prior())
    for nats in (0.0, 0.05, 5.0):
        value, densities = clustered_elbo(vae, x, nats=nats, num_samples=4)
        own = np.asarray(cluster_kl(vae.prior, densities.z)).mean(0)
        plain = np.asarray(densities.log_weight).mean(0)
        assert own.mean() > 0.05
        assert np.allclose(value, plain + own - max(own.mean(), nats), atol=1e-4)
    assert np.mean(value) < plain.mean() - 3


def test_below_the_floor_the_cluster_has_no_price(x):
    """The gradient is that of the ELBO and C together, so that clusters may part; above it the ELBO's."""
    vae = vae_of(Mixture(2, 3, spread=2.0))

    def slope(function):
        vae.seed_generator.state.assign(ops.convert_to_tensor([3, 0], vae.seed_generator.state.dtype))
        start = vae.prior.get_weights()
        ends = []
        for step in (0.01, -0.01):
            vae.prior.set_weights([start[0] * (1 + step), *start[1:]])
            vae.seed_generator.state.assign(ops.convert_to_tensor([3, 0], vae.seed_generator.state.dtype))
            ends.append(float(np.mean(function())))
        vae.prior.set_weights(start)
        return (ends[0] - ends[1]) / 0.02

    def plain():
        return vae.log_densities(x, 20).log_weight

    def own():
        return cluster_kl(vae.prior, vae.log_densities(x, 20).z)

    assert slope(own) > 0.05
    below = slope(lambda: clustered_elbo(vae, x, nats=5.0, num_samples=20)[0])
    above = slope(lambda: clustered_elbo(vae, x, nats=0.0, num_samples=20)[0])
    assert below == pytest.approx(slope(plain) + slope(own), abs=1e-3)
    assert above == pytest.approx(slope(plain), abs=1e-3)


def test_one_cluster_is_a_vae(x):
    one, plain = vae_of(mixture(np.zeros([1, 2]))), vae_of(StandardNormal(2))
    plain.posterior.set_weights(one.posterior.get_weights())
    plain.likelihood.set_weights(one.likelihood.get_weights())
    ours, theirs = (vae.log_densities(x, 5, key(2)) for vae in (one, plain))
    assert np.allclose(ours.log_weight, theirs.log_weight, atol=1e-5)
    value, densities = clustered_elbo(one, x, nats=0.0)
    assert np.allclose(value, np.asarray(densities.log_weight).mean(0), atol=1e-6)
    value, densities = clustered_elbo(plain, x)
    assert np.array_equal(value, densities.log_likelihood - densities.kl), "without clusters there is no floor"


@pytest.mark.parametrize("prior", [lambda: Mixture(1, 3, spread=2.0), lambda: Clustered(1, 1, 3, 4, spread=2.0)])
def test_draws_are_properly_weighted_by_enumeration_and_quadrature(prior, x):
    """E[p(x, z) / q(z|x)] = p(x) = sum_k p(k) int p(x|z) p(z|k)."""
    vae = vae_of(prior())
    # As wide as what the clusters leave room for: of a narrower one few draws would tell.
    kernel, bias = vae.posterior.head.get_weights()
    bias[vae.latent_dim :] = raw_scale(np.full(vae.latent_dim, 2.5))
    vae.posterior.head.set_weights([0.3 * kernel, bias])
    axis = np.linspace(-9, 9, 181 if vae.latent_dim == 2 else 3001)
    z = np.stack(np.meshgrid(*[axis] * vae.latent_dim, indexing="ij"), -1).reshape(-1, vae.latent_dim)
    z, log_volume = z.astype("float32"), vae.latent_dim * np.log(axis[1] - axis[0])
    log_likelihood = np.asarray(vae.log_joint(x, np.repeat(z[:, None], len(x), 1))[0], "float64")
    log_joint = np.asarray(vae.prior.log_components(z), "float64")
    log_px = logsumexp(log_likelihood[:, :, None] + log_joint[:, None] + log_volume, axis=(0, 2))
    weights = np.exp(np.asarray(vae.log_densities(x, 40_000, key(1)).log_weight, "float64") - log_px)
    error = weights.std(0) / np.sqrt(len(weights))
    assert (error < 0.1).all() and (np.abs(weights.mean(0) - 1) < 4.5 * error + 1e-3).all()
