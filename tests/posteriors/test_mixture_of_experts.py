import numpy as np
import pytest
from scipy.stats import norm

from tests.views import LinearViews
from zoo.objectives.miselbo import miselbo
from zoo.objectives.siwae import siwae
from zoo.posteriors.mixture_of_experts import MixtureOfExperts
from zoo.posteriors.mixture_of_products import MixtureOfProducts
from zoo.random import draw, key

KINDS = [MixtureOfExperts, MixtureOfProducts]


def experts(model, x):
    """What each expert says: two normals of `[N]`."""
    *said, _ = model.vae.posterior.statistics(np.nan_to_num(x))
    said = [np.asarray(each, "float64") for each in said]
    return [norm(each[:, 0], np.logaddexp(0, each[:, 1]) + 1e-4) for each in said]


def test_it_is_the_even_mixture_of_those_that_are_there():
    model = LinearViews(MixtureOfExperts, error=1.0)
    x = model.missing()
    one, other = experts(model, x)
    z = np.random.default_rng(0).normal(size=(50, 20))
    expected = (one.pdf(z) + other.pdf(z)) / 2
    expected[:, 5:10], expected[:, 10:15] = one.pdf(z)[:, 5:10], other.pdf(z)[:, 10:15]
    expected[:, 15:] = norm(0, 1).pdf(z)[:, 15:]
    found = model.vae.infer(x).log_prob(z[..., None].astype("float32"))
    assert np.allclose(found, np.log(expected), atol=1e-3)


def test_of_products_it_has_all_sets_of_those_that_are_there():
    model = LinearViews(MixtureOfProducts, error=1.0)
    x = model.missing()
    one, other = experts(model, x)
    precision = one.std() ** -2 + other.std() ** -2
    loc = (one.mean() * one.std() ** -2 + other.mean() * other.std() ** -2) / precision
    z = np.random.default_rng(0).normal(size=(50, 20))
    expected = (one.pdf(z) + other.pdf(z) + norm(loc, precision**-0.5).pdf(z)) / 3
    expected[:, 5:10], expected[:, 10:15] = one.pdf(z)[:, 5:10], other.pdf(z)[:, 10:15]
    expected[:, 15:] = norm(0, 1).pdf(z)[:, 15:]
    found = model.vae.infer(x).log_prob(z[..., None].astype("float32"))
    assert np.allclose(found, np.log(expected), atol=1e-3)


@pytest.mark.parametrize("kind", KINDS)
def test_draws_are_properly_weighted_whatever_is_missing(kind):
    model = LinearViews(kind, error=0.5)
    x = model.missing()
    densities = model.vae.log_densities(x, 5000, seed=key(1))
    each = model.vae.log_densities(x, 5000, seed=key(2), of_each_component=True)
    weights = np.exp(np.asarray(densities.log_weight, "float64") - model.log_px(x))
    ratios = np.exp(np.asarray(each.log_weight, "float64") - model.log_px(x))  # [S, K, B]
    strata = np.einsum("kb,skb->sb", np.asarray(each.weights, "float64"), ratios)
    for found in (weights, strata):
        error = found.std(axis=0) / np.sqrt(len(found))
        assert (error < 0.05).all() and (np.abs(found.mean(axis=0) - 1) < 4.5 * error + 1e-3).all()
    assert np.allclose(np.asarray(each.weights).sum(0), 1)


@pytest.mark.parametrize("kind", KINDS)
def test_a_batch_of_some_that_are_missing_is_as_each_by_itself(kind):
    model = LinearViews(kind, error=1.0)
    x = model.missing()
    z = np.random.default_rng(0).normal(size=(20, 1)).astype("float32")
    each = [model.vae.infer(x[n : n + 1]).log_prob(z[n : n + 1]) for n in range(len(x))]
    assert np.allclose(model.vae.infer(x).log_prob(z), np.concatenate(each), atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("objective", [miselbo, siwae])
def test_the_stratified_bounds_count_those_alone_that_are_there(kind, objective):
    """Where one view is there all the weight is its own expert's; where none is, there is nothing to bound."""
    model = LinearViews(kind, error=0.5)
    x = model.missing()
    values = np.asarray(objective(model.vae, np.tile(x, (400, 1, 1, 1)))[0]).reshape(400, 20)
    truth, error = model.log_px(x), values.std(0) / np.sqrt(len(values))
    assert np.isfinite(values).all() and (values.mean(0) <= truth + 4.5 * error + 1e-4).all()
    assert np.abs(values[:, 15:]).max() < 1e-5
    # Of one view both bounds are the ELBO of its own expert, whose KL is in closed form.
    one, _ = experts(model, x)
    W, b = model.of(model.W)[0].reshape(-1), model.of(model.b)[0].reshape(-1)
    precision = 1 + W @ W / 0.7**2
    mean = (x[5:10, :, 0, 0] - b) @ W / 0.7**2 / precision
    m, s = one.mean()[5:10], one.std()[5:10]
    kl = 0.5 * (precision * (s**2 + (m - mean) ** 2) - 1 - np.log(precision * s**2))
    assert (np.abs(values.mean(0)[5:10] - (truth[5:10] - kl)) < 4.5 * error[5:10]).all()


def test_draws_are_those_of_the_experts_that_are_there():
    model = LinearViews(MixtureOfExperts, error=1.0)
    x = model.missing()
    z = np.asarray(draw(model.vae.infer(x), key(3), (4000,)), "float64")[..., 0]
    one, other = experts(model, x)
    for rows, mean in ((slice(5, 10), one.mean()), (slice(10, 15), other.mean()), (slice(15, 20), np.zeros(20))):
        assert (np.abs(z.mean(0) - mean) < 4.5 * z.std(0) / np.sqrt(4000))[rows].all()
