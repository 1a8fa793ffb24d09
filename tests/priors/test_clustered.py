import numpy as np
import pytest
from scipy import stats
from scipy.special import logsumexp

from zoo.errors import InputError
from zoo.models.gmvae import build
from zoo.priors.clustered import Clustered
from zoo.priors.standard_normal import StandardNormal
from zoo.random import center, draw, key


@pytest.fixture
def prior(rng):
    prior = Clustered(2, 3, clusters=4, units=5)
    prior.build()
    prior.set_weights([rng.normal(size=w.shape).astype("float32") for w in prior.weights])
    return prior


def clusters_at(prior, w):
    """The means and the scales, `[N, K, D]`, of w `[N, second_dim]`, in NumPy."""
    a, a0, b, b0 = (np.asarray(v, "float64") for v in prior.weights)
    loc, raw = np.split((np.tanh(w @ a + a0) @ b + b0).reshape(len(w), prior.clusters, -1), 2, axis=-1)
    return loc, np.log1p(np.exp(raw)) + 1e-4


def test_log_prob_sums_over_the_clusters_at_w_as_scipy_has_it(prior, rng):
    z = rng.normal(size=(7, 5)).astype("float32")
    loc, scale = clusters_at(prior, z[:, 2:])
    # A product over dimensions in each cluster, and then the sum: not a mixture for each dimension.
    each = stats.norm.logpdf(z[:, None, :2], loc, scale).sum(-1) + stats.norm.logpdf(z[:, 2:]).sum(-1)[:, None]
    expected = each - np.log(4)
    assert np.allclose(prior.log_components(z), expected, atol=1e-4)
    assert np.allclose(prior().log_prob(z), logsumexp(expected, axis=1), atol=1e-4)


def test_draws_of_a_cluster_are_those_of_its_gaussian(prior):
    label = np.repeat(np.arange(4), 5000).astype("int32")
    z = np.asarray(draw(prior(label), key(3)), "float64")
    loc, scale = clusters_at(prior, z[:, 2:])
    own = (np.arange(len(z)), label)
    standard = ((z[:, :2] - loc[own]) / scale[own]).reshape(4, -1)
    assert all(stats.kstest(each, "norm").pvalue > 1e-3 for each in standard)
    assert all(stats.kstest(each, "norm").pvalue > 1e-3 for each in z[:, 2:].T)
    log_prob = stats.norm.logpdf(z[:, :2], loc[own], scale[own]).sum(-1) + stats.norm.logpdf(z[:, 2:]).sum(-1)
    assert np.allclose(prior(label).log_prob(z.astype("float32")), log_prob, atol=1e-3)


def test_a_cluster_that_is_not_known_is_drawn_as_without_labels(prior):
    for unknown in (-1, 4):
        drawn = draw(prior(np.full(9, unknown, "int32")), key(5))
        assert np.array_equal(drawn, draw(prior(), key(5), (9,)))


def test_one_cluster_that_does_not_bend_is_the_standard_normal(rng):
    prior = Clustered(2, 3, clusters=1, spread=0.0)
    prior.build()
    prior.head.kernel.assign(np.zeros(prior.head.kernel.shape))
    z = rng.normal(size=(50, 5)).astype("float32")
    assert np.allclose(prior().log_prob(z), StandardNormal(5)().log_prob(z), atol=1e-5)
    assert np.abs(center(prior())).max() == 0


def test_at_first_the_clusters_are_apart_and_as_wide_as_codes_are():
    prior = Clustered(20, 3, clusters=10)
    prior.build()
    components = prior.components_at(np.zeros([1, 3], "float32"))
    assert np.allclose(components.stddev(), 1.0, atol=1e-5)
    means = np.asarray(components.mean())[0]
    distances = np.linalg.norm(means[:, None] - means[None], axis=-1)[~np.eye(10, dtype=bool)]
    assert distances.min() > 2


def test_codes_a_hundred_away_have_finite_shares(prior):
    far = np.array([[100.0, -100.0, 0.0, 0.0, 0.0], [1e4, 0.0, 100.0, 0.0, 0.0]], "float32")
    components = np.asarray(prior.log_components(far))
    assert np.isfinite(components).all() and np.isfinite(prior().log_prob(far)).all()
    assert np.allclose(np.exp(components - logsumexp(components, axis=1, keepdims=True)).sum(1), 1)


@pytest.mark.parametrize("name", ["latent_dim", "second_dim", "clusters", "units"])
def test_what_can_not_be_built_is_refused(name):
    with pytest.raises(InputError, match=f"{name} is 0"):
        Clustered(**{"latent_dim": 2, "second_dim": 1} | {name: 0})


def test_the_decoder_does_not_see_w(rng):
    vae = build((8, 8, 1), latent_dim=2, second_dim=3, filters=(4,), second_units=5)
    z = rng.normal(size=(4, 5)).astype("float32")
    other = np.concatenate([z[:, :2], rng.normal(size=(4, 3))], axis=1).astype("float32")
    assert np.array_equal(vae.decode(z), vae.decode(other))
    assert not np.allclose(vae.decode(z), vae.decode(other[:, ::-1].copy()))
