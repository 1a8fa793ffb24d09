from functools import partial

import numpy as np
import pytest

from tests.binary_latents import BinaryLatents
from zoo.objectives.disarm import disarm


@pytest.mark.parametrize("averaged", [True, False])
@pytest.mark.parametrize("pairs", [1, 2])
def test_its_gradient_is_the_elbos(pairs, averaged):
    """By enumeration of all codes."""
    BinaryLatents(partial(disarm, num_samples=pairs, averaged=averaged)).check_steps()


def test_its_value_is_the_elbo_of_all_its_draws():
    model = BinaryLatents()
    bound, densities = disarm(model.vae, np.repeat(model.x, 5000, axis=0), training=True, num_samples=2)
    assert densities.z.shape == (4, 5000, 2)
    assert np.allclose(bound, np.mean(densities.log_weight, axis=0), atol=1e-5)
    assert abs(np.mean(bound) - model.bound(1)) < 4.5 * np.std(bound) / np.sqrt(5000)


def test_the_two_of_a_pair_are_as_unlike_as_their_law_allows():
    """P(z = z' = 1) = max(0, 2 p - 1), where two draws by themselves had p^2."""
    model = BinaryLatents()
    _, densities = disarm(model.vae, np.repeat(model.x, 20_000, axis=0), training=True)
    z, other = np.asarray(densities.z)
    p = np.asarray(model.vae.infer(model.x).mean())[0]
    for drawn, expected in ((z, p), (other, p), (z * other, np.maximum(0, 2 * p - 1))):
        assert (np.abs(drawn.mean(axis=0) - expected) < 4.5 * drawn.std(axis=0) / np.sqrt(20_000) + 1e-6).all()
