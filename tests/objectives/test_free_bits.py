import functools

import numpy as np
import pytest
from keras import ops

from tests.given_weights import GivenWeights
from tests.linear_gaussian import LinearGaussian
from zoo.errors import InputError
from zoo.numerics.gradient import gradient
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


def test_a_group_of_dimensions_has_them_together():
    """Two layers of 50 dimensions that cost 10 and 0.2 nats, of which one is free: they pay 10 and 1."""
    each = np.repeat([[0.2, 0.004]], 50, axis=1).reshape(1, 100).astype("float32")
    pair = np.concatenate([0.5 * each, 1.5 * each])  # Of two images, whose mean counts.
    kl = ops.convert_to_tensor(pair)

    def value(kl):
        return free_bits(GivenWeights(np.zeros([1, 2]), kl), None, nats=1.0, groups=(50, 50))[0]

    assert np.allclose(value(kl), -11.0, atol=1e-5)
    slope = np.asarray(gradient(value, kl))
    # Each image's value has the batch's cost in it: two halves.
    assert np.allclose(slope[:, :50], -1.0) and np.array_equal(slope[:, 50:], np.zeros([2, 50]))
    densities = free_bits(GivenWeights(np.zeros([1, 2]), kl), None, nats=1.0, groups=(50, 50))[1]
    assert np.allclose(densities.kl, [5.1, 15.3], atol=1e-4), "what is reported is the whole of it"


def test_groups_of_one_are_the_dimensions():
    kl = ops.convert_to_tensor([[0.2, 3.0]])
    vae = GivenWeights(np.zeros([1, 1]), kl)
    assert np.allclose(free_bits(vae, None, nats=0.5)[0], free_bits(vae, None, nats=0.5, groups=(1, 1))[0])


@pytest.mark.parametrize(("groups", "words"), [((1, 2), "3 dimensions together"), ((2, 0), "groups")])
def test_groups_that_are_not_those_of_z_are_refused(groups, words):
    model = LinearGaussian()
    with pytest.raises(InputError, match=words):
        free_bits(model.vae, model.x, groups=groups)


def test_a_flow_has_no_groups():
    model = LinearGaussian(posterior=functools.partial(IAF, units=(8,), context_dim=2))
    with pytest.raises(InputError, match="no closed form that comes apart by dimensions"):
        free_bits(model.vae, model.x, groups=(1, 1))
