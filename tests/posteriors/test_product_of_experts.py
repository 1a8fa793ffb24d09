import keras
import numpy as np
import pytest
from scipy.stats import norm

from tests.views import LinearViews
from zoo.distributions.diagonal_normal import raw_scale
from zoo.errors import InputError
from zoo.networks.mlp import mlp_encoder
from zoo.objectives.elbo import elbo
from zoo.posteriors.product_of_experts import ProductOfExperts
from zoo.random import key

NAN = np.float32("nan")


def saying(*experts):
    """Experts of a pixel each, which say N(loc, variance) whatever they see."""
    posterior = ProductOfExperts([mlp_encoder((1,), (3,)) for _ in experts], 1, (1,) * len(experts), axis=-1)
    posterior.build((None, len(experts)))
    for head, (loc, variance) in zip(posterior.heads, experts, strict=True):
        head.set_weights([np.zeros([3, 2]), np.array([loc, raw_scale(np.sqrt(variance))])])
    return posterior


def test_the_prior_is_an_expert_and_the_missing_are_none():
    q = saying((2, 1), (4, 0.5))(np.array([[0.3, NAN], [0.3, 0.3], [NAN, 0.3], [NAN, NAN]], "float32"))
    assert np.allclose(np.asarray(q.mean())[:, 0], [1, 2.5, 8 / 3, 0], atol=1e-5)
    assert np.allclose(np.asarray(q.variance())[:, 0], [0.5, 0.25, 1 / 3, 1], atol=1e-5)


def test_what_is_missing_is_as_if_it_had_never_been():
    two, three = saying((2, 1), (4, 0.5)), saying((2, 1), (4, 0.5), (7, 3))
    one, other = two(np.ones([1, 2], "float32")), three(np.array([[1, 1, NAN]], "float32"))
    assert np.array_equal(one.mean(), other.mean()) and np.array_equal(one.stddev(), other.stddev())


def test_a_batch_of_some_that_are_missing_is_as_each_by_itself():
    model = LinearViews()
    x = model.missing()
    together = model.vae.infer(x)
    each = [model.vae.infer(x[n : n + 1]) for n in range(len(x))]
    assert np.allclose(together.mean(), np.concatenate([q.mean() for q in each]), atol=1e-6)
    assert np.allclose(together.stddev(), np.concatenate([q.stddev() for q in each]), atol=1e-6)


def test_with_exact_experts_it_is_the_exact_posterior_of_what_is_there():
    """log p(x, z) / q(z|x) is log p(x) at every z."""
    model = LinearViews()
    x = model.missing()
    log_weight = np.asarray(model.vae.log_densities(x, 7, seed=key(1)).log_weight)
    assert np.abs(log_weight - model.log_px(x)).max() < 1e-4
    assert np.abs(np.asarray(elbo(model.vae, x)[1].kl)[15:]).max() == 0, "none is there: the posterior is the prior"


def test_of_nothing_there_is_a_loss_and_nothing_to_learn():
    model = LinearViews(error=1.0)
    before = model.vae.get_weights()
    model.vae.compile(keras.optimizers.SGD(0.1))
    (loss,) = model.vae.fit(np.full_like(model.x, NAN), verbose=0).history["loss"]
    assert abs(loss) < 1e-12
    assert all(np.array_equal(a, b) for a, b in zip(before, model.vae.get_weights(), strict=True))


def test_no_gradient_comes_of_what_is_missing():
    model = LinearViews(error=1.0)
    x = model.x.copy()
    x[:, :, 1:] = NAN
    vae = model.vae
    heads = [[np.asarray(w) for w in head.weights] for head in vae.posterior.heads]
    decoders = [part.get_weights() for part in vae.likelihood.likelihoods]
    vae.compile(keras.optimizers.SGD(0.01))
    vae.fit(x, verbose=0)
    now = [[np.asarray(w) for w in head.weights] for head in vae.posterior.heads]
    assert not np.array_equal(now[0][0], heads[0][0]) and np.isfinite(now[0][0]).all()
    assert np.array_equal(now[1][0], heads[1][0]) and np.array_equal(now[1][1], heads[1][1])
    assert np.array_equal(vae.likelihood.likelihoods[1].get_weights()[0], decoders[1][0])


def test_its_density_is_that_of_the_product():
    q = saying((2, 1), (4, 0.5))(np.zeros([1, 2], "float32"))
    z = np.linspace(-8, 8, 4001)
    product = norm(0, 1).pdf(z) * norm(2, 1).pdf(z) * norm(4, np.sqrt(0.5)).pdf(z)
    expected = np.log(product / (product.sum() * (z[1] - z[0])))
    found = np.asarray(q.log_prob(z[:, None, None].astype("float32")))[:, 0]
    assert np.abs(found - expected)[1000:3000].max() < 1e-3


def test_what_does_not_fit_is_refused():
    with pytest.raises(InputError, match="encoders has 1 and sizes 2: give one of each for a view"):
        ProductOfExperts([mlp_encoder((1,))], 1, (1, 1))
