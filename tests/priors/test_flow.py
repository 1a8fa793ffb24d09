import numpy as np
import pytest

from tests.priors.test_bent import bent, forward
from zoo.errors import InputError
from zoo.priors.flow import Flow


@pytest.mark.parametrize("latent_dim", [2, 3, 5, 8])
def test_any_two_dimensions_meet(latent_dim):
    """After two steps for each bit and one more, every dimension of z depends on every one of u."""
    prior = bent(Flow, latent_dim, steps=2 * (latent_dim - 1).bit_length() + 1)
    u = np.zeros([latent_dim + 1, latent_dim], "float32")
    u[1:] += np.eye(latent_dim)
    z = forward(prior, u)
    assert (np.abs(z[1:] - z[0]) > 1e-5).all()


@pytest.mark.parametrize("latent_dim", [2, 3, 5, 8, 33])
def test_any_two_dimensions_are_parted_by_some_step(latent_dim):
    prior = Flow(latent_dim, steps=2 * (latent_dim - 1).bit_length())
    stays = np.array([np.isin(np.arange(latent_dim), order[:stay]) for order, stay in prior.orders])
    assert (stays[:, :, None] != stays[:, None, :]).any(axis=0)[~np.eye(latent_dim, dtype=bool)].all()
    assert np.array_equal(stays[::2], ~stays[1::2])


def test_a_step_leaves_half_of_the_dimensions_as_they_are(rng):
    prior = bent(Flow, 5, steps=1)
    u = rng.normal(size=(3, 5)).astype("float32")
    scale = np.log1p(np.exp(np.asarray(prior.raw_scale)))
    moved = (forward(prior, u) - np.asarray(prior.loc)) / scale - u
    assert np.allclose(moved[:, ::2], 0, atol=1e-5)
    assert (np.abs(moved[:, 1::2]) > 1e-3).all()


def test_a_single_dimension_is_refused():
    with pytest.raises(InputError, match="latent_dim is 1"):
        Flow(1)
