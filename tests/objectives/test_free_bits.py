import functools

import numpy as np
import pytest

from tests.linear_gaussian import LinearGaussian
from zoo.objectives.beta_elbo import beta_elbo
from zoo.objectives.elbo import elbo
from zoo.objectives.free_bits import free_bits
from zoo.posteriors.iaf import IAF


def test_each_dimension_costs_at_least_its_free_nats():
    model = LinearGaussian()
    objective, densities = free_bits(model.vae, model.x, nats=0.5)
    mean_kl = np.asarray(densities.kl_per_dimension).mean(axis=0)
    assert mean_kl.min() < 0.5 < mean_kl.max(), "the test wants one dimension on each side"
    assert np.allclose(objective, np.asarray(densities.likelihood)[0] - np.maximum(mean_kl, 0.5).sum(), atol=1e-4)


def test_with_nothing_free_its_mean_is_the_elbos():
    model = LinearGaussian()
    objective, densities = free_bits(model.vae, model.x, nats=0.0)
    assert np.isclose(np.mean(objective), np.mean(densities.log_likelihood - densities.kl), atol=1e-4)


@pytest.mark.parametrize(("objective", "beta"), [(elbo, 1.0), (functools.partial(beta_elbo, beta=3.0), 3.0)])
def test_they_are_a_setting_of_the_objectives_with_a_kl_apart(objective, beta):
    model = LinearGaussian()
    value, densities = objective(model.vae, model.x, free_bits=0.5)
    paid = np.maximum(np.asarray(densities.kl_per_dimension).mean(axis=0), 0.5).sum()
    assert np.allclose(value, np.asarray(densities.likelihood)[0] - beta * paid, atol=1e-4)


def test_a_flow_has_one_group():
    model = LinearGaussian(posterior=functools.partial(IAF, units=(8,), context_dim=2))
    objective, densities = free_bits(model.vae, model.x, nats=100.0, num_samples=3)
    assert np.allclose(objective, np.asarray(densities.likelihood).mean(0) - 200.0, atol=1e-3)
