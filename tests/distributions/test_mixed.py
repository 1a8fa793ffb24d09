import numpy as np
import pytest
from keras import ops
from scipy.stats import norm

from tests.linear_gaussian import LinearGaussian
from zoo.distributions.mixed import Mixed
from zoo.errors import InputError
from zoo.posteriors.auxiliary import Auxiliary
from zoo.probability import tfd
from zoo.random import center, draw, key, strata

WEIGHTS = np.array([0.2, 0.5, 0.3])
LOC = np.random.default_rng(0).normal(size=(3, 4, 2))
SCALE = np.exp(np.random.default_rng(1).normal(size=(3, 4, 2)) / 3)


def mixed(weights=WEIGHTS):
    """Three Gaussians over two dimensions, for each of four images."""
    with np.errstate(divide="ignore"):
        log_weights = ops.convert_to_tensor(np.log(weights).astype("float32"))
    parts = [
        tfd.Independent(tfd.Normal(m.astype("float32"), s.astype("float32")), 1)
        for m, s in zip(LOC, SCALE, strict=True)
    ]
    return Mixed(log_weights, parts)


def density(z):
    return np.einsum("k,k...->...", WEIGHTS, np.exp(norm(LOC[:, None], SCALE[:, None]).logpdf(z).sum(-1)))


def test_its_density_is_the_weighted_sum(rng):
    z = rng.normal(size=(7, 4, 2)).astype("float32")
    assert np.allclose(mixed().log_prob(z), np.log(density(z)), atol=1e-5)


def test_its_draws_have_the_mixtures_moments():
    z = np.asarray(draw(mixed(), key(3), (20_000,)), "float64")
    mean = np.einsum("k,kbd->bd", WEIGHTS, LOC)
    square = np.einsum("k,kbd->bd", WEIGHTS, LOC**2 + SCALE**2)
    product = np.einsum("k,kb->b", WEIGHTS, LOC.prod(-1))
    for found, expected in ((z, mean), (z**2, square), (z.prod(-1), product)):
        assert (np.abs(found.mean(0) - expected) < 4.5 * found.std(0) / np.sqrt(len(z))).all()
    assert np.allclose(center(mixed()), mean, atol=1e-6)


def test_its_strata_are_each_components_draws_under_the_whole_density():
    z, log_q, weights = strata(mixed(), key(3), (5000,))
    assert np.allclose(weights, WEIGHTS[:, None], atol=1e-6)
    found = np.asarray(z, "float64")  # [T, K, B, D]
    assert np.abs((found.mean(0) - LOC) / SCALE).max() < 4.5 / np.sqrt(5000)
    assert np.allclose(found.std(0), SCALE, rtol=0.05)
    assert np.allclose(log_q, np.log([density(z) for z in found]), atol=1e-4)


def test_each_of_the_batch_may_have_weights_of_its_own():
    own = np.array([[0.2, 0.5, 0.3], [0.0, 0.5, 0.5], [1.0, 0.0, 0.0], [0.1, 0.1, 0.8]])
    q = mixed(np.maximum(own, 1e-30))
    z = np.asarray(draw(q, key(3), (20_000,)), "float64")
    mean, square = (np.einsum("bk,kbd->bd", own, moment) for moment in (LOC, LOC**2 + SCALE**2))
    for found, expected in ((z, mean), (z**2, square)):
        assert (np.abs(found.mean(0) - expected) < 4.5 * found.std(0) / np.sqrt(len(z))).all()
    each = np.exp(norm(LOC[:, None], SCALE[:, None]).logpdf(z[:50]).sum(-1))  # [K, 50, B]
    assert np.allclose(q.log_prob(z[:50]), np.log(np.einsum("bk,ksb->sb", own, each)), atol=1e-4)
    assert np.allclose(strata(q, key(3))[2], own.T, atol=1e-6) and np.allclose(center(q), mean, atol=1e-6)


@pytest.mark.parametrize("alone", [0, 2])
def test_with_all_the_weight_on_one_component_it_is_that_one(alone):
    q = mixed(np.eye(3)[alone])
    z = np.asarray(draw(q, key(1), (200,)))
    assert np.allclose(q.log_prob(z), norm(LOC[alone], SCALE[alone]).logpdf(z).sum(-1), atol=1e-4)
    assert np.abs((z.mean(0) - LOC[alone]) / SCALE[alone]).max() < 4.5 / np.sqrt(200)


def test_what_has_no_density_is_refused():
    model = LinearGaussian(posterior=lambda encoder, size: Auxiliary(encoder, size, auxiliary_dim=2, units=4))
    with pytest.raises(InputError, match="a AuxiliaryPair has no density"):
        Mixed(ops.zeros([1]), [model.vae.infer(model.x)])
