from functools import partial

import numpy as np
import pytest

from tests.ascent import Ascent, agree
from tests.linear_gaussian import LinearGaussian
from zoo.objectives.dreg import dreg
from zoo.objectives.iwae import iwae
from zoo.posteriors.iaf import IAF


def test_where_q_is_exact_each_draws_gradient_is_0():
    model = LinearGaussian()
    assert np.abs(Ascent(model.vae, dreg).step(model.x, seed=3).encoder).max() < 1e-4


def test_its_mean_is_the_bounds_own_slope():
    """log w_i = log p(x) - d^2 - sqrt(2) d e_i: the bound by d, an error of both means, is known to NumPy."""
    model, d, k = LinearGaussian(error=0.8), 0.8, 5
    noise = np.random.default_rng(5).normal(size=(400_000, k))

    def bound(d):
        return np.logaddexp.reduce(-np.sqrt(2) * d * noise - d**2, axis=1) - np.log(k)

    slope = np.mean(bound(d + 1e-3) - bound(d - 1e-3)) / 2e-3
    gradients = Ascent(model.vae, partial(dreg, num_samples=k)).steps(np.repeat(model.x, 50, axis=0), 6)
    by_loc = gradients[:, -4:-2]
    expected = slope / 2 * np.sqrt(np.diag(model.precision))
    error = by_loc.std(axis=0, ddof=1) / np.sqrt(len(by_loc))
    assert np.allclose(by_loc.mean(axis=0), expected, atol=4.5 * error.max() + 0.005)
    # That of `sticking_the_landing` would be as for one sample.
    assert np.all(np.abs(expected) < 0.75 * d * np.sqrt(np.diag(model.precision)))


@pytest.mark.parametrize("weight", [1.0, 0.4])
def test_its_mean_is_that_of_iwae_and_the_decoders_is_the_same(weight):
    model = LinearGaussian(error=0.5)
    kernel, bias = model.vae.posterior.head.get_weights()
    model.vae.posterior.head.set_weights([kernel, bias + np.array([0, 0, 0.5, -0.3])])
    x = np.repeat(model.x, 50, axis=0)
    found, plain = Ascent(model.vae, dreg, weight), Ascent(model.vae, iwae, weight)
    assert agree(found.steps(x, 10), plain.steps(x, 10), most=0.15)
    step, other = found.step(x, seed=0), plain.step(x, seed=0)
    assert step.value == pytest.approx(other.value, rel=1e-6)
    assert np.allclose(step.model, other.model, atol=1e-5)


def test_a_flows_too():
    model = LinearGaussian(posterior=partial(IAF, units=(8,), context_dim=2))
    x = np.repeat(model.x[:4], 250, axis=0)
    found, plain = Ascent(model.vae, partial(dreg, num_samples=3)), Ascent(model.vae, partial(iwae, num_samples=3))
    assert agree(found.steps(x, 10), plain.steps(x, 10), most=0.15)
    assert np.allclose(found.step(x, seed=0).model, plain.step(x, seed=0).model, rtol=1e-3, atol=1e-4)
