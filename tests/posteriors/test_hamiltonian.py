from functools import partial

import numpy as np
import pytest
from keras import ops

from tests.linear_gaussian import LinearGaussian
from zoo.errors import InputError
from zoo.networks.mlp import mlp_encoder
from zoo.posteriors.gaussian import Gaussian
from zoo.posteriors.hamiltonian import Hamiltonian, Trajectory
from zoo.probability import tfd
from zoo.random import center, draw_and_log_prob, key

STEP = np.array([0.3, 0.2], "float32")


def linear_gaussian(rng, steps):
    """The model of two dimensions, correlated ones, with an untrained posterior that is wide enough to test by."""
    make = lambda encoder, size: Hamiltonian(Gaussian(encoder, size), steps, step_size=0.3, units=8)  # noqa: E731
    model = LinearGaussian(posterior=make, correlated=True)
    head = model.vae.posterior.initial.head
    head.set_weights([0.1 * rng.normal(size=head.kernel.shape), np.array([0.0, 0.0, 1.0, 1.0])])
    if steps:
        network = model.vae.posterior.reverse
        network.set_weights([w + 0.3 * rng.normal(size=w.shape) for w in network.get_weights()])
    return model


@pytest.mark.parametrize("steps", [0, 1, 3])
def test_its_draws_are_properly_weighted(rng, steps):
    """The mean of p(x, z) / exp(log_q) is p(x), whatever the reverse model and the step sizes."""
    model = linear_gaussian(rng, steps)
    densities = model.vae.log_densities(model.x, 20_000, seed=key(3))
    weights = np.exp(np.asarray(densities.log_weight, "float64") - model.log_px(model.x))
    error = weights.std(axis=0) / np.sqrt(len(weights))
    assert (np.abs(weights.mean(axis=0) - 1) < 4.5 * error).all()
    assert error.max() < 0.1, "weights so uneven that they would show nothing"


def trajectory(log_joint, steps=3):
    initial = tfd.Independent(tfd.Normal(ops.zeros([1, 2]), 1.0), 1)
    return Trajectory(initial, log_joint, steps, ops.convert_to_tensor(STEP), lambda z: initial)


def quartic(z):
    """Far from a Gaussian's."""
    return -ops.sum(z**4, axis=-1) / 4 - (z[..., 0] * z[..., 1]) ** 2


def test_the_steps_are_the_leapfrogs(rng):
    z, v = start = [rng.normal(size=(1, 2)).astype("float32") for _ in range(2)]
    for _ in range(3):
        v = v + STEP / 2 * -z
        z = z + STEP * v
        v = v + STEP / 2 * -z
    found = trajectory(lambda z: -ops.sum(z**2, axis=-1) / 2).follow(*map(ops.convert_to_tensor, start))
    assert np.allclose(found, [z, v], atol=1e-6)


def test_they_keep_volumes_and_lead_back(rng):
    follow = trajectory(quartic).follow
    start = rng.normal(size=(1, 4)).astype("float32")
    z, v = follow(*(ops.convert_to_tensor(part) for part in np.split(start, 2, axis=1)))
    assert not np.allclose(z, start[:, :2], atol=0.1)
    z, v = follow(z, -v)
    assert np.allclose(np.concatenate([z, -v], axis=1), start, atol=1e-5)
    # All of the Jacobian's differences at once.
    around = start + np.concatenate([np.eye(4), -np.eye(4)]).astype("float32") * 1e-2
    ends = np.concatenate(follow(*(ops.convert_to_tensor(part) for part in np.split(around, 2, axis=1))), axis=1)
    jacobian = (ends[:4] - ends[4:]) / 2e-2
    assert abs(np.linalg.det(jacobian)) == pytest.approx(1.0, abs=5e-3)


def test_with_no_steps_it_is_the_posterior_that_it_would_begin_with(rng, images):
    posterior = Hamiltonian(Gaussian(mlp_encoder((8, 8, 1), (8,)), latent_dim=2), steps=0)
    q, other = posterior(images), posterior.initial(images)
    assert np.array_equal(q.mean(), other.mean())
    assert len(posterior.trainable_weights) == len(posterior.initial.trainable_weights)


def test_its_center_is_the_resting_centers_end(images):
    posterior = Hamiltonian(Gaussian(mlp_encoder((8, 8, 1), (8,)), latent_dim=2), steps=2)
    q = posterior(images, log_joint=quartic)
    begin = posterior.initial(images).mean()
    assert np.allclose(center(q), q.follow(begin, ops.zeros_like(begin))[0])


@pytest.mark.parametrize("initial", [Gaussian, partial(Hamiltonian, steps=1)])
def test_it_moves_the_draws_of_any_posterior(images, initial):
    gaussian = Gaussian(mlp_encoder((8, 8, 1), (8,)), latent_dim=2)
    posterior = Hamiltonian(gaussian if initial is Gaussian else initial(gaussian), steps=1)
    z, log_q = draw_and_log_prob(posterior(images, log_joint=quartic), key(1), (3,))
    assert (z.shape, log_q.shape) == ((3, 64, 2), (3, 64))


def test_it_asks_for_what_it_follows(images):
    gaussian = Gaussian(mlp_encoder((8, 8, 1), (8,)), latent_dim=2)
    with pytest.raises(InputError, match="call it with log_joint"):
        Hamiltonian(gaussian)(images)
    with pytest.raises(InputError, match="steps is -1, but must be an integer of at least 0"):
        Hamiltonian(gaussian, steps=-1)
    with pytest.raises(InputError, match="step_size is 0"):
        Hamiltonian(gaussian, step_size=0)
