import numpy as np
import pytest
from scipy import stats

from tests.priors.test_bent import bent, forward, log_prob
from zoo.priors.autoregressive_flow import AutoregressiveFlow


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_a_step_makes_each_dimension_of_those_before_it(steps):
    """The Jacobian of one step is lower triangular, and of each further one it is, in the reversed order."""
    prior = bent(AutoregressiveFlow, 4, steps=1)
    u = np.zeros([5, 4], "float32")
    u[1:] += np.eye(4)
    depends = np.abs(forward(prior, u)[1:] - forward(prior, u)[0]) > 1e-6
    assert np.array_equal(depends, np.triu(np.ones((4, 4), bool)))
    if steps > 1:
        depends = np.abs(forward(bent(AutoregressiveFlow, 4, steps=steps), u)[1:] - forward(prior, u)[0]) > 1e-6
        assert depends.all()


def test_it_is_the_product_of_the_gaussians_that_its_network_says(rng):
    """One step: p(z) = prod_d N(z_d; m_d(z), exp(s_d(z))^2), with a pass of the network over z itself."""
    prior = bent(AutoregressiveFlow, 3, steps=1)
    prior.loc.assign(np.zeros(3))
    prior.raw_scale.assign(np.full(3, np.log(np.expm1(1.0))))
    z = rng.normal(size=(6, 3)).astype("float32")
    m, r = np.moveaxis(np.asarray(prior.made[0](z), "float64"), -1, 0)
    assert np.allclose(log_prob(prior, z), stats.norm.logpdf(z, m, np.exp(2 * np.tanh(r / 2))).sum(1), atol=1e-4)


def test_one_dimension_is_a_gaussian(rng):
    """There is none before it: what is left is a shift and a scale."""
    prior = bent(AutoregressiveFlow, 1)
    z = np.linspace(-40, 40, 20001, dtype="float32")[:, None]
    p = np.exp(log_prob(prior, z))
    assert p.sum() * (z[1, 0] - z[0, 0]) == pytest.approx(1, abs=1e-3)
    curvature = np.diff(log_prob(prior, z[9000:11000:100]), 2)
    assert np.allclose(curvature, curvature.mean(), rtol=0.05)


def test_networks_that_know_nothing_of_their_input_leave_a_gaussian(rng):
    prior = AutoregressiveFlow(4, steps=3, units=(8,))
    prior.build()
    prior.loc.assign([1.0, -2.0, 0.0, 0.5])
    z = rng.normal(size=(6, 4)).astype("float32")
    assert np.allclose(log_prob(prior, z), stats.norm.logpdf(z, [1.0, -2.0, 0.0, 0.5]).sum(1), atol=1e-4)
