import functools

import numpy as np
import pytest

from tests.linear_gaussian import LinearGaussian
from zoo.networks.mlp import mlp_encoder
from zoo.posteriors.iaf import IAF
from zoo.random import key


@pytest.fixture
def posterior(rng):
    posterior = IAF(mlp_encoder((2, 2, 1), units=(8,)), latent_dim=3, steps=3, units=(16,), context_dim=4)
    posterior.build((None, 2, 2, 1))
    # Far from the identity, where a flow starts.
    posterior.set_weights([w + 0.5 * rng.normal(size=w.shape) for w in posterior.get_weights()])
    return posterior


def test_log_q_of_a_draw_is_the_bases_less_the_jacobians_slogdet(posterior, rng):
    q = posterior(rng.normal(size=(1, 2, 2, 1)).astype("float32"))
    z, log_q = q.experimental_sample_and_log_prob(1, seed=key(1).view("uint32") if _jax() else key(1))
    base = q.distribution
    epsilon = np.asarray(q.bijector.inverse(np.array(z)), "float64")[0, 0]
    forward = lambda e: np.asarray(q.bijector.forward(e[None, None].astype("float32")), "float64")[0, 0]  # noqa: E731
    h = 1e-2
    jacobian = np.stack([(forward(epsilon + h * e) - forward(epsilon - h * e)) / (2 * h) for e in np.eye(3)], axis=-1)
    _, log_det = np.linalg.slogdet(jacobian)
    expected = float(np.asarray(base.log_prob(epsilon.astype("float32")))[0]) - log_det
    assert float(log_q[0, 0]) == pytest.approx(expected, abs=5e-3)


def _jax():
    import keras

    return keras.backend.backend() == "jax"


def test_the_density_of_a_foreign_z_is_that_of_the_draw(posterior, rng):
    x = rng.normal(size=(5, 2, 2, 1)).astype("float32")
    q = posterior(x)
    z, log_q = q.experimental_sample_and_log_prob(2, seed=key(2).view("uint32") if _jax() else key(2))
    # D passes of an inverse that is far from the identity, in float32.
    assert np.allclose(posterior(x).log_prob(np.array(z)), log_q, atol=2e-2)


def test_its_draws_are_properly_weighted():
    """The mean of p(x, z) / q(z|x) is p(x), with an untrained flow for q that is wider than the posterior."""
    model = LinearGaussian(posterior=functools.partial(IAF, steps=2, units=(16,), context_dim=4))
    head = model.vae.posterior.head
    head.set_weights([np.zeros(head.kernel.shape), np.array([0.0, 0.0, 3.0, 3.0])])
    densities = model.vae.log_densities(model.x, 20_000, seed=key(3))
    weights = np.exp(np.asarray(densities.log_weight, "float64") - model.log_px(model.x))
    error = weights.std(axis=0) / np.sqrt(len(weights))
    assert (np.abs(weights.mean(axis=0) - 1) < 4.5 * error).all()


def test_it_starts_near_a_gaussian():
    posterior = IAF(mlp_encoder((2, 2, 1)), latent_dim=8, steps=2, gate_bias=2.0)
    q = posterior(np.ones([1, 2, 2, 1], "float32"))
    epsilon = np.asarray(q.distribution.mean())
    sigma = 1 / (1 + np.exp(-2.0))
    # Two gates let sigma^2 of it through, in the order reversed once.
    assert np.allclose(np.asarray(q.bijector.forward(epsilon))[0, ::-1], sigma**2 * epsilon[0], atol=0.15)


def test_the_steps_see_the_dimensions_in_turns(posterior, rng):
    """With one order for all steps, the first dimension of z would see its own noise alone."""
    q = posterior(rng.normal(size=(1, 2, 2, 1)).astype("float32"))
    forward = lambda e: np.asarray(q.bijector.forward(np.array([[e]], "float32")))[0, 0]  # noqa: E731
    start = np.array([0.3, -0.2, 0.5])
    for dimension in range(3):
        moved = np.abs(forward(start + np.eye(3)[dimension]) - forward(start))
        assert (moved > 1e-4).all(), f"noise {dimension} reaches only some of z"
