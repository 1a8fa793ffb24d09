"""Both bounds of mixtures, `miselbo` and `siwae`, by one set of draws: three components, two draws, four images."""

import numpy as np
import pytest
from keras import ops
from scipy.special import logsumexp

from tests.linear_gaussian import LinearGaussian
from zoo.objectives.iwae import iwae
from zoo.objectives.miselbo import miselbo
from zoo.objectives.siwae import siwae
from zoo.vae import LogDensities

BOTH = pytest.mark.parametrize("objective", [miselbo, siwae])
T, K, B = 2, 3, 4
LIKELIHOOD, PRIOR, POSTERIOR = np.random.default_rng(0).normal(size=(3, T, K, B))
WEIGHT = LIKELIHOOD + PRIOR - POSTERIOR


class Said:
    """A model that says what it was given."""

    def __init__(self, weights, likelihood=LIKELIHOOD):
        each = [ops.convert_to_tensor(a, "float32") for a in (likelihood, PRIOR, POSTERIOR)]
        z, weights = ops.zeros([T, K, B, 1]), np.reshape(weights, (K, -1))
        self.densities = LogDensities(*each, z, weights=ops.convert_to_tensor(weights, "float32"))

    def log_densities(self, x, num_samples, training, of_each_component):
        assert num_samples == T and of_each_component
        return self.densities


def test_they_are_their_formulas():
    weights = np.array([0.2, 0.5, 0.3])
    bound, densities = miselbo(Said(weights), None, num_samples=T)
    expected = sum(w * (logsumexp(WEIGHT[:, k], axis=0) - np.log(T)) for k, w in enumerate(weights))
    assert np.allclose(bound, expected, atol=1e-5)
    assert np.allclose(densities.log_likelihood, np.einsum("k,tkb->b", weights, LIKELIHOOD) / T, atol=1e-5)
    assert np.allclose(densities.kl, np.einsum("k,tkb->b", weights, POSTERIOR - PRIOR) / T, atol=1e-5)
    bound, _ = siwae(Said(weights), None, num_samples=T)
    expected = np.log(np.einsum("k,tkb->b", weights, np.exp(WEIGHT)) / T)
    assert np.allclose(bound, expected, atol=1e-5)


def test_each_image_may_have_weights_of_its_own():
    weights = np.array([[0.2, 0.0, 1.0, 0.5], [0.5, 0.5, 0.0, 0.5], [0.3, 0.5, 0.0, 0.0]])
    expected = (weights * (logsumexp(WEIGHT, axis=0) - np.log(T))).sum(0)
    bound, densities = miselbo(Said(weights), None, num_samples=T)
    assert np.allclose(bound, expected, atol=1e-5)
    assert np.allclose(densities.log_likelihood, np.einsum("kb,tkb->b", weights, LIKELIHOOD) / T, atol=1e-5)
    bound, _ = siwae(Said(weights), None, num_samples=T)
    # A weight of 0 counts for nothing, however likely its draws are.
    assert np.allclose(bound, np.log(np.einsum("kb,tkb->b", weights, np.exp(WEIGHT)) / T), atol=1e-6)


@BOTH
def test_with_all_the_weight_on_one_component_they_are_its_iwae(objective):
    bound, _ = objective(Said([1, 0, 0]), None, num_samples=T)
    assert np.allclose(bound, logsumexp(WEIGHT[:, 0], axis=0) - np.log(T), atol=1e-5)


def test_siwae_of_components_alike_is_the_iwae_of_all_their_draws():
    bound, _ = siwae(Said(np.ones(3) / 3), None, num_samples=T)
    assert np.allclose(bound, logsumexp(WEIGHT.reshape(T * K, B), axis=0) - np.log(T * K), atol=1e-5)


def test_siwae_is_the_larger_one():
    found = [np.asarray(objective(Said([0.2, 0.5, 0.3]), None, num_samples=T)[0]) for objective in (miselbo, siwae)]
    assert (found[0] < found[1]).all()


@BOTH
def test_of_a_posterior_that_is_no_mixture_they_are_iwae(objective):
    model = LinearGaussian(error=1.0)
    values = []
    for each in (iwae, objective):
        model.vae.seed_generator.state.assign(ops.convert_to_tensor([3, 0], model.vae.seed_generator.state.dtype))
        values.append(np.asarray(each(model.vae, model.x, num_samples=5)[0]))
    assert np.allclose(*values, atol=1e-5)
