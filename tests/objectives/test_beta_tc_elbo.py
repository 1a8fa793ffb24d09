import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

from tests.linear_gaussian import LinearGaussian
from zoo.errors import InputError
from zoo.numerics.gradient import gradient
from zoo.objectives.beta_tc_elbo import aggregate, beta_tc_elbo
from zoo.posteriors.full_covariance import FullCovariance
from zoo.probability import tfd
from zoo.vae import LogDensities


def parts(model, x, images=None, **kwargs):
    """Information, total correlation and divergence by dimension of each image, from the objective's own value."""
    found = {}
    for name in ("alpha", "beta", "gamma"):
        model.vae.seed_generator.state.assign([3, 0])
        weights = {"alpha": 1.0, "beta": 1.0, "gamma": 1.0}
        lower, densities = beta_tc_elbo(model.vae, x, **weights, images=images, **kwargs)
        model.vae.seed_generator.state.assign([3, 0])
        found[name] = np.asarray(
            lower - beta_tc_elbo(model.vae, x, **(weights | {name: 2.0}), images=images, **kwargs)[0]
        )
    return found, densities


@pytest.mark.parametrize("images", [None, 100])
def test_the_three_add_up_to_the_kl_at_the_draws(images):
    model = LinearGaussian(error=1.0)
    found, densities = parts(model, model.x, images)
    assert np.allclose(sum(found.values()), np.mean(densities.posterior - densities.prior, axis=0), atol=1e-4)


@pytest.mark.parametrize("images", [None, 100])
def test_one_dimension_has_no_total_correlation(images):
    model = LinearGaussian(latent_dim=1)
    assert np.allclose(parts(model, model.x, images)[0]["beta"], 0, atol=1e-5)


def of(loc, scale, z):
    """`LogDensities` of draws z, `[S, B, D]`, of N(loc, scale^2)."""
    q = tfd.Independent(tfd.Normal(np.float32(loc), np.float32(scale)), 1)
    return LogDensities(None, None, q.log_prob(np.float32(z)), np.float32(z), q=q)


@pytest.mark.parametrize("images", [None, 100])
def test_posteriors_that_are_all_the_same_have_none(images, rng):
    """D = 3, B = 8: minibatch weighting with N = 100 would say (D - 1) log N = 9.21, and without log B -4.16."""
    loc = np.tile(rng.normal(size=3), (8, 1))
    log_q, by_dimension = aggregate(of(loc, np.full((8, 3), 0.7), rng.normal(size=(1, 8, 3))), images)
    assert np.allclose(log_q, by_dimension, atol=1e-4)


def test_it_is_the_mixture_of_all_images(rng):
    loc, scale, z = rng.normal(size=(6, 2)), 0.5 + rng.random((6, 2)), rng.normal(size=(3, 6, 2))
    log_q, by_dimension = aggregate(of(loc, scale, z))
    joint = np.mean([multivariate_normal(m, np.diag(s**2)).pdf(z) for m, s in zip(loc, scale, strict=True)], axis=0)
    each = [np.mean(norm(loc[:, d], scale[:, d]).pdf(z[..., d, None]), axis=-1) for d in range(2)]
    assert np.allclose(log_q, np.log(joint), atol=1e-4)
    assert np.allclose(by_dimension, np.log(each[0] * each[1]), atol=1e-4)
    # With N = B it is nearly that: the weights differ, and sum to the same.
    assert np.isfinite(aggregate(of(loc, scale, z), 6)[0]).all()


def test_correlated_codes_have_the_total_correlation_of_their_normal(rng):
    """Means with a correlation of 0.8, and next to no spread about them: TC = -1/2 log(1 - 0.64) = 0.5108."""
    loc = rng.multivariate_normal([0, 0], [[1, 0.8], [0.8, 1]], 2000)
    scale = np.full((2000, 2), 0.2)
    z = loc + 0.2 * rng.normal(size=loc.shape)
    log_q, by_dimension = aggregate(of(loc, scale, z[None]))
    # The spread takes a little of the correlation.
    truth = -0.5 * np.log(1 - (0.8 / 1.04) ** 2)
    assert float(np.mean(log_q - by_dimension)) == pytest.approx(truth, abs=0.05)


def test_weights_of_all_images_have_the_gradient_of_the_papers(rng):
    """log(N B), which the paper's minibatch weighting has and ours hasn't, moves no gradient: by differences."""
    scale, z = np.full((4, 2), 0.7, "float32"), rng.normal(size=(1, 4, 2)).astype("float32")

    def total(loc):
        q = tfd.Independent(tfd.Normal(loc, scale), 1)
        log_q, by_dimension = aggregate(LogDensities(None, None, None, z, q=q))
        return log_q - by_dimension

    loc = rng.normal(size=(4, 2)).astype("float32")
    found = np.asarray(gradient(total, loc + 0 * z[0]))

    def paper(loc, n=50):
        log_prob = -0.5 * ((z[0][:, None] - loc) / 0.7) ** 2 - np.log(0.7) - 0.5 * np.log(2 * np.pi)
        log_q = np.log(np.exp(log_prob.sum(-1)).sum(1) / (n * 4))
        return (log_q - np.log(np.exp(log_prob).sum(1) / (n * 4)).sum(-1)).sum()

    for i in range(4):
        for d in range(2):
            step = np.zeros((4, 2))
            step[i, d] = 1e-4
            assert found[i, d] == pytest.approx((paper(loc + step) - paper(loc - step)) / 2e-4, abs=1e-3)


def test_a_batch_of_one_is_finite():
    model = LinearGaussian()
    for images in (None, 10):
        assert np.isfinite(beta_tc_elbo(model.vae, model.x[:1], images=images)[0]).all()


def test_what_can_not_be_is_refused():
    model = LinearGaussian(posterior=FullCovariance)
    with pytest.raises(InputError, match="dimensions aren't independent"):
        beta_tc_elbo(model.vae, model.x)
    with pytest.raises(InputError, match="images is 0"):
        beta_tc_elbo(LinearGaussian().vae, model.x, images=0)
